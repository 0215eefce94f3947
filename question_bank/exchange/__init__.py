"""Items from and for other programs: QTI packages, Moodle XML, GIFT; what cannot be mapped is named."""
