"""Lists that items share: first names, family names, towns. An item's variants keep a copy of them."""

from collections.abc import Mapping

GIRLS = (
    *("Inès", "Yara", "Manon", "Awa", "Chloé", "Léna", "Nour", "Jade", "Salomé", "Maëlle", "Zoé", "Fatou"),
    *("Anouk", "Lina", "Camille", "Élise", "Naïma", "Rose", "Sofia", "Margot"),
)
BOYS = (
    *("Malo", "Ilyès", "Hugo", "Sacha", "Rayan", "Noé", "Amadou", "Tom", "Bilal", "Gabin", "Léo", "Mathis"),
    *("Yanis", "Ewen", "Tiago", "Oscar", "Karim", "Louis", "Adem", "Victor"),
)
FAMILY_NAMES = (
    *(
        "Lambert",
        "Diallo",
        "Moreau",
        "Benali",
        "Le Goff",
        "Garcia",
        "Roussel",
        "Traoré",
        "Marchand",
        "Nguyen",
    ),
    *("Perrin", "Haddad", "Carpentier", "Da Silva", "Fontaine", "Mercier", "Renaud", "Sow", "Vidal", "Blanc"),
)
TOWNS = (
    *("Brest", "Lyon", "Nancy", "Pau", "Lens", "Tours", "Nîmes", "Dijon", "Rouen", "Metz", "Bayonne", "Albi"),
    *("Troyes", "Caen", "Vannes", "Annecy", "Béziers", "Limoges", "Cayenne", "Mamoudzou"),
)

LISTS: Mapping[str, tuple[str, ...]] = {
    "girls": GIRLS,
    "boys": BOYS,
    "first_names": tuple(sorted(GIRLS + BOYS)),
    "family_names": FAMILY_NAMES,
    "towns": TOWNS,
}
