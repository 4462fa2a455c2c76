"""The programs whose checkpoints are the data of this assignment, as somebody would write them in PyTorch.

The handout prints the first four.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn


class MLP(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class CNN(nn.Module):
    def __init__(self, channels, middle, out, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, middle, 3, padding=1, bias=False),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(middle, out, 3, padding=1),
            nn.BatchNorm2d(out),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(out, classes)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class Reader(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_size, classes, **options):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.lstm = nn.LSTM(embed_dim, hidden_size, batch_first=True, **options)
        directions = 2 if self.lstm.bidirectional else 1
        self.fc = nn.Linear(directions * hidden_size, classes)

    def forward(self, tokens):
        out, _ = self.lstm(self.embedding(tokens))
        return self.fc(out.mean(dim=1))


class GPT(nn.Module):
    def __init__(self, vocab_size, context_length, embed_dim, num_layers, num_heads):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, embed_dim)
        self.wpe = nn.Embedding(context_length, embed_dim)
        layer = nn.TransformerEncoderLayer(
            embed_dim, num_heads, 4 * embed_dim, dropout=0.0, batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(layer, num_layers, norm=nn.LayerNorm(embed_dim), enable_nested_tensor=False)
        self.head = nn.Linear(embed_dim, vocab_size, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, tokens):
        n = tokens.shape[1]
        x = self.wte(tokens) + self.wpe(torch.arange(n))
        future = torch.ones(n, n).triu(1).bool()
        return self.head(self.blocks(x, mask=future))
