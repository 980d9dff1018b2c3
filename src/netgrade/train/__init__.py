"""Train plans: trusted, from the checked plan alone. TensorFlow is imported only where something has to be trained."""

from netgrade.train.chunk import train, train_chunk

__all__ = ["train", "train_chunk"]
