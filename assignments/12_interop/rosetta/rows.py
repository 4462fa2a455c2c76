"""The rows. Every cell is code: it is what the page shows, and what is run.

A cell that begins with ≠ gives another result, and the note says why. An empty cell: there is no such thing.
Names of inputs, and short ones such as `put`, are explained in `libraries`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One component: its section, and the same in four frameworks."""

    section: str
    ours: str
    torch: str
    flax: str
    keras: str
    note: str = ""


def _rows(section: str, *cells: tuple[str, ...]) -> list[Row]:
    return [Row(section, *row) for row in cells]


LINEAR = _rows(
    "Modules",
    ("put(nn.Linear(3, 5), W, b)(x)", "put(nn.Linear(3, 5), W, b)(x)",
     "put(nnx.Linear(3, 5, rngs=rngs), kernel=W.T, bias=b)(x)", "put(layers.Dense(5), x, W.T, b)(x)",
     "Flax and Keras have (in, out)."),
    ("nn.Flatten()(image)", "nn.Flatten()(image)", "image.reshape(2, -1)", "layers.Flatten()(image)"),
    ("nn.Identity()(x)", "nn.Identity()(x)", "x", "layers.Identity()(x)"),
    ("nn.Sequential(nn.Tanh(), nn.ReLU())(x)", "nn.Sequential(nn.Tanh(), nn.ReLU())(x)",
     "nnx.Sequential(nnx.tanh, nnx.relu)(x)", 'keras.Sequential([layers.Activation("tanh"), layers.ReLU()])(x)'),
)  # fmt: skip

ACTIVATIONS = _rows(
    "Activations",
    ("nn.ReLU()(x)", "nn.ReLU()(x)", "nnx.relu(x)", "keras.activations.relu(x)"),
    ("nn.LeakyReLU()(x)", "nn.LeakyReLU()(x)", "nnx.leaky_relu(x)", "≠ layers.LeakyReLU()(x)",
     "Keras has a slope of 0.3 by default."),
    ("nn.LeakyReLU(negative_slope=0.2)(x)", "nn.LeakyReLU(negative_slope=0.2)(x)",
     "nnx.leaky_relu(x, negative_slope=0.2)", "layers.LeakyReLU(negative_slope=0.2)(x)"),
    ("nn.ELU(alpha=2.0)(x)", "nn.ELU(alpha=2.0)(x)", "nnx.elu(x, alpha=2.0)", "layers.ELU(alpha=2.0)(x)"),
    ("nn.Sigmoid()(x)", "nn.Sigmoid()(x)", "nnx.sigmoid(x)", "keras.activations.sigmoid(x)"),
    ("nn.Tanh()(x)", "nn.Tanh()(x)", "nnx.tanh(x)", "keras.activations.tanh(x)"),
    ("nn.Softplus()(x)", "nn.Softplus()(x)", "nnx.softplus(x)", "keras.activations.softplus(x)"),
    ("nn.Softplus(beta=2.0)(x)", "nn.Softplus(beta=2.0)(x)", "nnx.softplus(2 * x) / 2",
     "keras.activations.softplus(2 * x) / 2"),
    ("nn.SiLU()(x)", "nn.SiLU()(x)", "nnx.silu(x)", "keras.activations.silu(x)"),
    ("nn.GELU()(x)", "nn.GELU()(x)", "nnx.gelu(x, approximate=False)", "keras.activations.gelu(x, approximate=False)"),
    ('nn.GELU(approximate="tanh")(x)', 'nn.GELU(approximate="tanh")(x)', "nnx.gelu(x)",
     "keras.activations.gelu(x, approximate=True)", "Flax approximates by default; the others do not."),
    ("nn.Softmax(dim=0)(x)", "nn.Softmax(dim=0)(x)", "nnx.softmax(x, axis=0)", "layers.Softmax(axis=0)(x)"),
    ("nn.LogSoftmax(dim=-1)(x)", "nn.LogSoftmax(dim=-1)(x)", "nnx.log_softmax(x, axis=-1)",
     "keras.activations.log_softmax(x, axis=-1)"),
    ("nn.logsumexp(x, dim=-1)", "torch.logsumexp(x, dim=-1)", "jax.nn.logsumexp(x, axis=-1)",
     "keras.ops.logsumexp(x, axis=-1)"),
)  # fmt: skip

LOSSES = _rows(
    "Losses",
    ("nn.MSELoss()(x, z)", "nn.MSELoss()(x, z)", "optax.squared_error(x, z).mean()",
     "keras.losses.MeanSquaredError()(z, x)", "Keras takes the target first. In optax, l2_loss is half of it."),
    ("nn.L1Loss()(x, z)", "nn.L1Loss()(x, z)", "abs(x - z).mean()", "keras.losses.MeanAbsoluteError()(z, x)"),
    ("nn.SmoothL1Loss(beta=0.5)(x, z)", "nn.SmoothL1Loss(beta=0.5)(x, z)",
     "(optax.huber_loss(x, z, delta=0.5) / 0.5).mean()",
     "keras.losses.Huber(delta=0.5)(z, x) / 0.5"),
    ("nn.HuberLoss(delta=0.5)(x, z)", "nn.HuberLoss(delta=0.5)(x, z)",
     "optax.huber_loss(x, z, delta=0.5).mean()",
     "keras.losses.Huber(delta=0.5)(z, x)"),
    ("nn.BCELoss()(p, t)", "nn.BCELoss()(p, t)", "-(t * jnp.log(p) + (1 - t) * jnp.log(1 - p)).mean()",
     "keras.losses.BinaryCrossentropy()(t, p)", "Keras clips p to 1e-7 from 0 and 1; PyTorch the logarithm to -100."),
    ("nn.BCEWithLogitsLoss()(x, t)", "nn.BCEWithLogitsLoss()(x, t)",
     "optax.sigmoid_binary_cross_entropy(x, t).mean()",
     "keras.losses.BinaryCrossentropy(from_logits=True)(t, x)"),
    ("nn.CrossEntropyLoss()(x, k)", "nn.CrossEntropyLoss()(x, k)",
     "optax.softmax_cross_entropy_with_integer_labels(x, k).mean()",
     "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(k, x)",
     "Keras takes probabilities by default, and classes in the last dimension."),
    ("nn.CrossEntropyLoss(label_smoothing=0.1)(x, k)", "nn.CrossEntropyLoss(label_smoothing=0.1)(x, k)",
     "optax.softmax_cross_entropy(x, optax.smooth_labels(jax.nn.one_hot(k, 3), 0.1)).mean()",
     "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(keras.ops.one_hot(k, 3), x)"),
    ("nn.NLLLoss()(lp, k)", "nn.NLLLoss()(lp, k)", "-jnp.take_along_axis(lp, k[:, None], 1).mean()",
     "keras.losses.SparseCategoricalCrossentropy()(k, keras.ops.exp(lp))"),
    ('nn.KLDivLoss(reduction="batchmean")(lp, q)', 'nn.KLDivLoss(reduction="batchmean")(lp, q)',
     "optax.kl_divergence(lp, q).mean()", "keras.losses.KLDivergence()(q, keras.ops.exp(lp))",
     "The mean over a batch is the default of the others, and not of PyTorch."),
    ("nn.MultiMarginLoss()(x, k)", "nn.MultiMarginLoss()(x, k)", "", "",
     "Keras's CategoricalHinge takes the largest violation, not the sum."),
)  # fmt: skip

OPTIMIZERS = _rows(
    "Optimizers: three steps",
    ("steps(optim.SGD, lr=0.1)", "steps(optim.SGD, lr=0.1)", "steps(optax.sgd(0.1))", "steps(optimizers.SGD(0.1))"),
    ("steps(optim.SGD, lr=0.1, momentum=0.9)", "steps(optim.SGD, lr=0.1, momentum=0.9)",
     "steps(optax.sgd(0.1, momentum=0.9))", "steps(optimizers.SGD(0.1, momentum=0.9))",
     "Keras has lr in its velocity: a change of lr acts later there."),
    ("steps(optim.SGD, lr=0.1, momentum=0.9, nesterov=True)", "steps(optim.SGD, lr=0.1, momentum=0.9, nesterov=True)",
     "steps(optax.sgd(0.1, momentum=0.9, nesterov=True))", "steps(optimizers.SGD(0.1, momentum=0.9, nesterov=True))"),
    ("steps(optim.SGD, lr=0.1, weight_decay=0.2)", "steps(optim.SGD, lr=0.1, weight_decay=0.2)",
     "steps(optax.chain(optax.add_decayed_weights(0.2), optax.sgd(0.1)))",
     "steps(optimizers.SGD(0.1, weight_decay=0.2))", "Coupled here, decoupled in Keras: for plain SGD it is the same."),
    ("steps(optim.Adagrad, lr=0.1)", "steps(optim.Adagrad, lr=0.1)",
     "≠ steps(optax.adagrad(0.1))", "≠ steps(optimizers.Adagrad(0.1))",
     "The sum of squares begins at 0.1 there, and at 0 here."),
    ("steps(optim.RMSprop, lr=0.1, alpha=0.9)", "steps(optim.RMSprop, lr=0.1, alpha=0.9)",
     "steps(optax.rmsprop(0.1, decay=0.9, eps_in_sqrt=False))",
     "steps(optimizers.RMSprop(0.1, rho=0.9, epsilon=1e-14))",
     "alpha is 0.99 here by default, and 0.9 there. eps: outside the root here, inside it there by default."),
    ("steps(optim.Adam, lr=0.1)", "steps(optim.Adam, lr=0.1)", "steps(optax.adam(0.1))",
     "steps(optimizers.Adam(0.1, epsilon=1e-8))", "In Keras eps is 1e-7, and not corrected with the bias."),
    ("steps(optim.Adam, lr=0.1, amsgrad=True)", "steps(optim.Adam, lr=0.1, amsgrad=True)",
     "≠ steps(optax.amsgrad(0.1))", "steps(optimizers.Adam(0.1, epsilon=1e-8, amsgrad=True))",
     "The maximum is of corrected averages in optax."),
    ("steps(optim.AdamW, lr=0.1)", "steps(optim.AdamW, lr=0.1)", "≠ steps(optax.adamw(0.1))",
     "≠ steps(optimizers.AdamW(0.1, epsilon=1e-8))", "weight_decay is 0.01 here, 1e-4 in optax, 0.004 in Keras."),
    ("steps(optim.AdamW, lr=0.1, weight_decay=0.2)", "steps(optim.AdamW, lr=0.1, weight_decay=0.2)",
     "steps(optax.adamw(0.1, weight_decay=0.2))", "steps(optimizers.AdamW(0.1, weight_decay=0.2, epsilon=1e-8))"),
    ("steps(optim.Adamax, lr=0.1)", "steps(optim.Adamax, lr=0.1)", "steps(optax.adamax(0.1))",
     "steps(optimizers.Adamax(0.1, epsilon=1e-8))"),
    ("steps(optim.NAdam, lr=0.1)", "steps(optim.NAdam, lr=0.1)", "≠ steps(optax.nadam(0.1))",
     "≠ steps(optimizers.Nadam(0.1, epsilon=1e-8))",
     "The momentum rises with 0.96^(0.004 t) here, with 0.96^t in Keras, and not at all in optax."),
    ("steps(optim.Lion, lr=0.1)", "", "steps(optax.lion(0.1, weight_decay=0.0))", "steps(optimizers.Lion(0.1))",
     "PyTorch has none. optax decays by 1e-3 by default."),
    ("clipped(1.5)", "clipped(1.5)", "clipped(1.5)", "clipped(1.5)",
     "clip_grad_norm_, optax.clip_by_global_norm, and global_clipnorm of a Keras optimizer."),
)  # fmt: skip

SCHEDULES = _rows(
    "Learning rates of six steps, from 0.1",
    ("rates(lr_scheduler.StepLR, step_size=2, gamma=0.5)", "rates(lr_scheduler.StepLR, step_size=2, gamma=0.5)",
     "rates(optax.exponential_decay(0.1, 2, 0.5, staircase=True))",
     "rates(schedules.ExponentialDecay(0.1, 2, 0.5, staircase=True))"),
    ("rates(lr_scheduler.MultiStepLR, milestones=[2, 3], gamma=0.5)",
     "rates(lr_scheduler.MultiStepLR, milestones=[2, 3], gamma=0.5)",
     "rates(optax.piecewise_constant_schedule(0.1, {2: 0.5, 3: 0.5}))",
     "≠ rates(schedules.PiecewiseConstantDecay([2, 3], [0.1, 0.05, 0.025]))",
     "Keras changes one step later: a boundary belongs to the value before it."),
    ("rates(lr_scheduler.ExponentialLR, gamma=0.8)", "rates(lr_scheduler.ExponentialLR, gamma=0.8)",
     "rates(optax.exponential_decay(0.1, 1, 0.8))", "rates(schedules.ExponentialDecay(0.1, 1, 0.8))"),
    ("rates(lr_scheduler.CosineAnnealingLR, T_max=5)", "rates(lr_scheduler.CosineAnnealingLR, T_max=5)",
     "rates(optax.cosine_decay_schedule(0.1, 5))", "rates(schedules.CosineDecay(0.1, 5))",
     "After T_max it climbs again here; there it stays."),
    ("rates(lr_scheduler.LinearLR, start_factor=0.5, total_iters=4)",
     "rates(lr_scheduler.LinearLR, start_factor=0.5, total_iters=4)", "rates(optax.linear_schedule(0.05, 0.1, 4))",
     "rates(schedules.PolynomialDecay(0.05, 4, 0.1))"),
)  # fmt: skip

NORMALIZATION = _rows(
    "Normalisation and dropout",
    ("put(nn.LayerNorm(3), g, h)(x)", "put(nn.LayerNorm(3), g, h)(x)",
     "put(nnx.LayerNorm(3, epsilon=1e-5, rngs=rngs), scale=g, bias=h)(x)",
     "put(layers.LayerNormalization(epsilon=1e-5), x, g, h)(x)", "eps is 1e-6 in Flax and 1e-3 in Keras by default."),
    ("put(nn.RMSNorm(3, eps=1e-6), g)(x)", "put(nn.RMSNorm(3, eps=1e-6), g)(x)",
     "put(nnx.RMSNorm(3, rngs=rngs), scale=g)(x)", "put(layers.RMSNormalization(), x, g)(x)",
     "Without eps, PyTorch takes that of the dtype."),
    ("put(nn.GroupNorm(2, 4), g4, h4)(image)", "put(nn.GroupNorm(2, 4), g4, h4)(image)",
     "nchw(put(nnx.GroupNorm(4, num_groups=2, epsilon=1e-5, rngs=rngs), scale=g4, bias=h4)(nhwc(image)))",
     "nchw(put(layers.GroupNormalization(2, epsilon=1e-5), nhwc(image), g4, h4)(nhwc(image)))",
     "Channels come last there."),
    ("trained(put(nn.BatchNorm1d(3), g, h))", "trained(put(nn.BatchNorm1d(3), g, h))",
     "trained(put(nnx.BatchNorm(3, momentum=0.9, rngs=rngs), scale=g, bias=h))",
     "trained(layers.BatchNormalization(momentum=0.9, epsilon=1e-5), g, h)",
     "y in training. momentum 0.9 there is 0.1 here."),
    ("running(nn.BatchNorm1d(3))", "running(nn.BatchNorm1d(3))",
     "≠ running(nnx.BatchNorm(3, momentum=0.9, rngs=rngs))",
     "≠ running(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))",
     "The running variance is unbiased here, and biased there."),
    ("nn.Dropout(0.5).eval()(x)", "nn.Dropout(0.5).eval()(x)", "nnx.Dropout(0.5, deterministic=True)(x)",
     "layers.Dropout(0.5)(x, training=False)"),
)  # fmt: skip

IMAGES = _rows(
    "Images: channels first here, last in Flax and Keras",
    ("put(nn.Conv2d(4, 5, 3, stride=2, padding=1), K, b)(image)",
     "put(nn.Conv2d(4, 5, 3, stride=2, padding=1), K, b)(image)",
     "nchw(put(nnx.Conv(4, 5, (3, 3), strides=2, padding=1, rngs=rngs), kernel=hwio(K), bias=b)(nhwc(image)))",
     "nchw(put(layers.Conv2D(5, 3, strides=2), padded(nhwc(image)), hwio(K), b)(padded(nhwc(image))))",
     'Keras pads with "same" or not at all: pad before.'),
    ('put(nn.Conv2d(4, 5, 3, padding="same", dilation=2), K, b)(image)',
     'put(nn.Conv2d(4, 5, 3, padding="same", dilation=2), K, b)(image)',
     'nchw(put(nnx.Conv(4, 5, (3, 3), padding="SAME", kernel_dilation=2, rngs=rngs), '
     "kernel=hwio(K), bias=b)(nhwc(image)))",
     'nchw(put(layers.Conv2D(5, 3, padding="same", dilation_rate=2), nhwc(image), hwio(K), b)(nhwc(image)))'),
    ("put(nn.ConvTranspose2d(4, 5, 3, stride=2), KT, b)(image)",
     "put(nn.ConvTranspose2d(4, 5, 3, stride=2), KT, b)(image)",
     'nchw(put(nnx.ConvTranspose(4, 5, (3, 3), strides=2, padding="VALID", transpose_kernel=True, rngs=rngs), '
     "kernel=KT.transpose(2, 3, 1, 0), bias=b)(nhwc(image)))",
     "nchw(put(layers.Conv2DTranspose(5, 3, strides=2), nhwc(image), KT.transpose(2, 3, 1, 0), b)(nhwc(image)))"),
    ("nn.MaxPool2d(2)(image)", "nn.MaxPool2d(2)(image)", "nchw(nnx.max_pool(nhwc(image), (2, 2), strides=(2, 2)))",
     "nchw(layers.MaxPooling2D(2)(nhwc(image)))", "The stride of Flax is 1 by default."),
    ("nn.AvgPool2d(2)(image)", "nn.AvgPool2d(2)(image)", "nchw(nnx.avg_pool(nhwc(image), (2, 2), strides=(2, 2)))",
     "nchw(layers.AveragePooling2D(2)(nhwc(image)))"),
    ("nn.AdaptiveAvgPool2d(1)(image)", "nn.AdaptiveAvgPool2d(1)(image)",
     "nchw(nhwc(image).mean((1, 2), keepdims=True))",
     "nchw(layers.GlobalAveragePooling2D(keepdims=True)(nhwc(image)))"),
    ('nn.Upsample(2, mode="nearest")(image)', 'nn.Upsample(scale_factor=2, mode="nearest")(image)',
     'nchw(jax.image.resize(nhwc(image), (2, 8, 12, 4), "nearest"))', "nchw(layers.UpSampling2D(2)(nhwc(image)))"),
)  # fmt: skip

SEQUENCES = _rows(
    "Sequences",
    ("put(nn.Embedding(3, 3), S)(k)", "put(nn.Embedding(3, 3), S)(k)",
     "put(nnx.Embed(3, 3, rngs=rngs), embedding=S)(k)", "put(layers.Embedding(3, 3), k, S)(k)"),
    ("lstm(nn.LSTM(3, 2))", "lstm(nn.LSTM(3, 2))", "lstm(nnx.RNN(nnx.OptimizedLSTMCell(3, 2, rngs=rngs)))",
     "lstm(layers.LSTM(2, return_sequences=True))",
     "Flax and Keras take (N, L, I) and have one bias, the sum of both. All have the gates i, f, g, o."),
    ("gru(nn.GRU(3, 2))", "gru(nn.GRU(3, 2))", "≠ gru(nnx.RNN(nnx.GRUCell(3, 2, rngs=rngs)))",
     "gru(layers.GRU(2, return_sequences=True))",
     "Gates z, r, n in Keras; r, z, n here and in Flax, which lacks the bias of h in n."),
    ("nn.transformer.scaled_dot_product_attention(seq, seq, seq)", "F.scaled_dot_product_attention(seq, seq, seq)",
     "heads(nnx.dot_product_attention(*[heads(seq)] * 3))",
     "heads(keras.ops.dot_product_attention(*[heads(seq)] * 3))", "The heads come after the positions there."),
    ("attention(nn.transformer.MultiheadAttention(4, 2))", "attention(nn.MultiheadAttention(4, 2, batch_first=True))",
     "attention(nnx.MultiHeadAttention(2, 4, decode=False, rngs=rngs))", "attention(layers.MultiHeadAttention(2, 2))",
     "True in a mask excludes here, and takes part there, where weights are (E, H, D)."),
)  # fmt: skip

ROWS = LINEAR + ACTIVATIONS + LOSSES + OPTIMIZERS + SCHEDULES + NORMALIZATION + IMAGES + SEQUENCES
