"""The layers a plan may hold: names as Keras spells them. `check` has one rule for each."""

ALLOWED_LAYERS = frozenset(
    {
        "InputLayer", "Flatten", "Reshape", "Permute", "Dense", "Activation", "ReLU", "LeakyReLU", "ELU",
        "PReLU", "Softmax",
        "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "BatchNormalization",
        "LayerNormalization", "GroupNormalization", "Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose",
        "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "ZeroPadding2D",
        "Cropping2D", "UpSampling2D", "Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate",
        "Rescaling", "RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomContrast",
    }
)  # fmt: skip
