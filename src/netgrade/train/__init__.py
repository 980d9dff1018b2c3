"""Train plans: trusted, from the checked plan alone. TensorFlow is imported only where something has to be trained."""

from netgrade.train.chunk import train, train_chunk
from netgrade.train.features import feature_network
from netgrade.train.sights import see

__all__ = ["feature_network", "see", "train", "train_chunk"]
