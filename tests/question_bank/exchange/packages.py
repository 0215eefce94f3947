"""Small packages written by hand from the QTI specifications, as other programs would make them."""

from question_bank.exchange.archive import write_archive

QTI3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
QTI2 = "http://www.imsglobal.org/xsd/imsqti_v2p2"


def manifest(names: list[str], kind: str = "imsqti_item_xmlv3p0") -> str:
    resources = "".join(
        f'<resource identifier="R{n}" type="{kind}" href="{name}"><file href="{name}"/></resource>'
        for n, name in enumerate(names)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )


def package(items: dict[str, str], kind: str = "imsqti_item_xmlv3p0", **others: bytes) -> bytes:
    files = {name: text.encode() for name, text in items.items()}
    return write_archive({"imsmanifest.xml": manifest(list(items), kind).encode(), **files, **others})


def item3(declarations: str, body: str, processing: str = "") -> str:
    return (
        f'<qti-assessment-item xmlns="{QTI3}" identifier="foreign" title="Venu d’ailleurs" adaptive="false"'
        f' time-dependent="false">{declarations}<qti-item-body>{body}</qti-item-body>{processing}'
        "</qti-assessment-item>"
    )


def declared(cardinality: str, base: str, *values: str, name: str = "RESPONSE") -> str:
    correct = "".join(f"<qti-value>{value}</qti-value>" for value in values)
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" base-type="{base}">'
        f"<qti-correct-response>{correct}</qti-correct-response></qti-response-declaration>"
    )


def choices(*texts: str, tag: str = "qti-simple-choice") -> str:
    return "".join(f'<{tag} identifier="{chr(65 + n)}">{text}</{tag}>' for n, text in enumerate(texts))


CHOICE = item3(
    declared("single", "identifier", "B"),
    "<p>Un courriel demande votre <strong>mot de passe</strong>.</p><ul><li>Il est urgent.</li></ul>"
    '<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">'
    "<qti-prompt>Que faites-vous ?</qti-prompt>"
    + choices("Je réponds.", "Je le signale.", "Je le transfère.", "Je clique.")
    + "</qti-choice-interaction>",
)
NUMBER = item3(
    declared("single", "float", "12.5"),
    '<p>Combien de mégaoctets ?</p><p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>',
    "<qti-response-processing><qti-response-condition><qti-response-if>"
    '<qti-equal tolerance-mode="absolute" tolerance="0.5 0.5"><qti-variable identifier="RESPONSE"/>'
    '<qti-correct identifier="RESPONSE"/></qti-equal></qti-response-if></qti-response-condition>'
    "</qti-response-processing>",
)
ORDER = item3(
    declared("ordered", "identifier", "C", "A", "B"),
    '<qti-order-interaction response-identifier="RESPONSE" shuffle="true"><qti-prompt>Dans quel ordre ?'
    "</qti-prompt>" + choices("Installer", "Vérifier", "Télécharger") + "</qti-order-interaction>",
)
MATCH = item3(
    declared("multiple", "directedPair", "A P", "B Q", "C R"),
    '<p>Associez.</p><qti-match-interaction response-identifier="RESPONSE" max-associations="3">'
    "<qti-simple-match-set>"
    + choices("jpg", "odt", "mp3", tag="qti-simple-associable-choice")
    + "</qti-simple-match-set><qti-simple-match-set>"
    '<qti-simple-associable-choice identifier="P" match-max="1">image</qti-simple-associable-choice>'
    '<qti-simple-associable-choice identifier="Q" match-max="1">texte</qti-simple-associable-choice>'
    '<qti-simple-associable-choice identifier="R" match-max="1">son</qti-simple-associable-choice>'
    "</qti-simple-match-set></qti-match-interaction>",
)
GAPS = item3(
    declared("multiple", "directedPair", "A G1", "B G2"),
    '<qti-gap-match-interaction response-identifier="RESPONSE"><qti-prompt>Complétez la phrase.</qti-prompt>'
    + choices("copie", "original", "lien", tag="qti-gap-text")
    + '<p>On garde une <qti-gap identifier="G1"/> loin de l’<qti-gap identifier="G2"/>.</p>'
    "</qti-gap-match-interaction>",
)
INLINE = item3(
    declared("single", "identifier", "A", name="R1") + declared("single", "string", "pièce", name="R2"),
    '<p>Complétez le courriel.</p><p><qti-inline-choice-interaction response-identifier="R1" shuffle="false">'
    + choices("Madame", "Salut", tag="qti-inline-choice")
    + "</qti-inline-choice-interaction>, voici ma "
    '<qti-text-entry-interaction response-identifier="R2"/> jointe.</p>',
)
ESSAY = item3(
    declared("single", "string", "x"),
    '<p>Racontez.</p><qti-extended-text-interaction response-identifier="RESPONSE"/>',
)
WITH_IMAGE = CHOICE.replace("<ul>", '<p><img src="x.png" alt=""/></p><ul>')
OLD_CHOICE = (
    f'<assessmentItem xmlns="{QTI2}" identifier="old" title="Ancien" adaptive="false" timeDependent="false">'
    '<responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">'
    "<correctResponse><value>A</value><value>D</value></correctResponse></responseDeclaration>"
    "<itemBody><p>Lesquels sont des navigateurs ?</p>"
    '<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="0">'
    '<simpleChoice identifier="A">Navi</simpleChoice><simpleChoice identifier="B">Tablo</simpleChoice>'
    '<simpleChoice identifier="C">Texto</simpleChoice><simpleChoice identifier="D">Explo</simpleChoice>'
    "</choiceInteraction></itemBody></assessmentItem>"
)
