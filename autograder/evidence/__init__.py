"""What a run leaves behind, read strictly: bundles, the store, the canonical graph of a model."""
