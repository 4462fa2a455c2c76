"""Keys and values are repeated for the heads that share them; products by einsum, softmax by hand."""

import numpy as np

from ..module import Module, accumulate_grad
from ..parameter import Parameter


class _Projection(Module):
    def __init__(self, fan_in, fan_out, rng):
        bound = fan_in**-0.5
        self.weight = Parameter(rng.uniform(-bound, bound, (fan_out, fan_in)))

    def forward(self, x):
        """See Linear."""
        self.x = x
        return np.einsum("nli,oi->nlo", x, self.weight.data, optimize=True).astype(x.dtype)

    def backward(self, dy):
        """See Linear."""
        accumulate_grad(self.weight, np.einsum("nlo,nli->oi", dy, self.x, optimize=True))
        return np.einsum("nlo,oi->nli", dy, self.weight.data, optimize=True)


class GroupedQueryAttention(Module):
    """See the handout."""

    def __init__(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
        for size in (embed_dim, num_heads, num_kv_heads):
            if size < 1:
                raise ValueError(f"{size} is below 1")
        if embed_dim % num_heads or num_heads % num_kv_heads:
            raise ValueError(f"{embed_dim}, {num_heads}, {num_kv_heads} do not divide each other")
        rng = rng or np.random.default_rng()
        self.E, self.H, self.K, self.D = embed_dim, num_heads, num_kv_heads, embed_dim // num_heads
        self.q_proj = _Projection(self.E, self.E, rng)
        self.k_proj = _Projection(self.E, self.K * self.D, rng)
        self.v_proj = _Projection(self.E, self.K * self.D, rng)
        self.out_proj = _Projection(self.E, self.E, rng)
        self.rope = rope
        self.kept = None

    def forward(self, x, positions=None, cache=None):
        """See the handout."""
        if x.ndim != 3 or x.shape[2] != self.E:
            raise ValueError(f"x has shape {x.shape}, and should have (N, L, {self.E})")
        n, length, _ = x.shape
        before = len(cache) if cache is not None else 0
        if positions is None:
            positions = np.arange(before, before + length)
        q = self.q_proj(x).reshape(n, length, self.H, self.D).transpose(0, 2, 1, 3)
        k = self.k_proj(x).reshape(n, length, self.K, self.D).transpose(0, 2, 1, 3)
        v = self.v_proj(x).reshape(n, length, self.K, self.D).transpose(0, 2, 1, 3)
        where = positions if positions.ndim == 1 else positions[:, None]
        if self.rope is not None:
            q, k = self.rope.forward(q, where), self.rope.forward(k, where)
        if cache is not None:
            k, v = cache.append(k, v)
        k, v = (np.repeat(a, self.H // self.K, axis=1) for a in (k, v))
        scores = np.einsum("nhid,nhjd->nhij", q, k, optimize=True) * self.D**-0.5
        allowed = np.arange(scores.shape[3])[None, :] <= np.arange(length)[:, None] + before
        scores = np.where(allowed, scores, np.asarray(-np.inf, scores.dtype))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        self.kept = q, k, v, weights, where, x.dtype
        mixed = np.einsum("nhij,nhjd->nihd", weights, v, optimize=True)
        return self.out_proj(np.ascontiguousarray(mixed).reshape(n, length, self.E).astype(x.dtype))

    def backward(self, dy):
        """See the handout."""
        if self.kept is None:
            raise RuntimeError("backward before forward")
        q, k, v, a, where, dtype = self.kept
        n, _, length, _ = q.shape
        if dy.shape != (n, length, self.E):
            raise ValueError(f"dy has shape {dy.shape}, and y {(n, length, self.E)}")
        do = self.out_proj.backward(dy).reshape(n, length, self.H, self.D).transpose(0, 2, 1, 3)
        da = np.einsum("nhid,nhjd->nhij", do, v, optimize=True)
        ds = a * (da - np.einsum("nhij,nhij->nhi", a, da)[..., None]) * self.D**-0.5
        dq = np.einsum("nhij,nhjd->nhid", ds, k, optimize=True)
        dk = np.einsum("nhij,nhid->nhjd", ds, q, optimize=True)
        dv = np.einsum("nhij,nhid->nhjd", a, do, optimize=True)
        dk, dv = (g.reshape(n, self.K, self.H // self.K, length, self.D).sum(axis=2) for g in (dk, dv))
        if self.rope is not None:
            dq, dk = self.rope.forward(dq, -where), self.rope.forward(dk, -where)
        dx = self.q_proj.backward(dq.transpose(0, 2, 1, 3).reshape(n, length, -1 if n else self.E))
        dx = dx + self.k_proj.backward(dk.transpose(0, 2, 1, 3).reshape(n, length, self.K * self.D))
        dx = dx + self.v_proj.backward(dv.transpose(0, 2, 1, 3).reshape(n, length, self.K * self.D))
        return dx.astype(dtype)
