"""The author's preview: every item as a candidate sees it, with what authors know of it."""
