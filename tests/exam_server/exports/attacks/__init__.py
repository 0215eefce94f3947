"""Ways of forging a bundle, class by class: each says which layer caught it."""
