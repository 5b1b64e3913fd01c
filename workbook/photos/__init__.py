"""From a folder of photos to tensors: reading, preprocessing, splitting, augmenting, examining."""
