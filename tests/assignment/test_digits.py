"""The digits of assignment 06 are what its handout says."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "assignments" / "06_training"
SIZES = {"train": 1000, "validation": 297, "test": 500}


def test_the_parts_have_the_sizes_of_the_handout_and_no_image_in_common():
    with np.load(FOLDER / "data" / "digits.npz", allow_pickle=False) as digits:
        images = {part: digits[f"{part}_images"] for part in SIZES}
        labels = {part: digits[f"{part}_labels"] for part in SIZES}

    for part, size in SIZES.items():
        assert (images[part].shape, images[part].dtype) == ((size, 8, 8), np.uint8)
        assert (labels[part].shape, labels[part].dtype) == ((size,), np.int64)
        assert set(labels[part]) == set(range(10))
    everything = np.concatenate(list(images.values()))
    assert everything.max() == 16
    assert len(np.unique(everything.reshape(len(everything), -1), axis=0)) == sum(SIZES.values())


def test_the_licence_and_the_source_stand_beside_the_data_and_in_the_handout():
    for file in (FOLDER / "data" / "digits.txt", FOLDER / "README.md"):
        text = file.read_text(encoding="utf-8")

        assert "10.24432/C50P49" in text
        assert "creativecommons.org/licenses/by/4.0" in text
