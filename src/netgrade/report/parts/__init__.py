"""Parts of sections: what reports of several kinds show of a model, from what was measured to view models."""
