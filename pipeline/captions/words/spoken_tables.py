"""What signs, abbreviations and letters are called in each language; data for spoken.py.

Without it its rules would not fit a screen.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(line: str) -> dict[str, str]:
    names = (name.replace("_", " ") for name in line.split())
    return dict(zip("abcdefghijklmnopqrstuvwxyz", names, strict=True))


# fmt: off
ABBREVIATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "dr.": ("doctor",), "dr": ("doctor",), "mr.": ("mister",), "mr": ("mister",),
        "mrs.": ("missus",), "mrs": ("missus",), "ms.": ("miss", "m s"), "ms": ("miss", "m s"),
        "prof.": ("professor",), "prof": ("professor",), "st.": ("saint", "street"),
        "e.g.": ("for example", "e g"), "i.e.": ("that is", "i e"), "etc.": ("et cetera",),
        "etc": ("et cetera",), "vs.": ("versus",), "vs": ("versus",), "no.": ("number", "no"),
        "approx.": ("approximately",), "dept.": ("department",), "univ.": ("university",),
        "assoc.": ("associate",), "asst.": ("assistant",), "jr.": ("junior",), "sr.": ("senior",),
        "fig.": ("figure",), "vol.": ("volume",), "cf.": ("compare", "c f"), "a.m.": ("a m",),
        "p.m.": ("p m",), "ph.d.": ("p h d",), "ph.d": ("p h d",), "phd": ("p h d",),
        "24/7": ("twenty four seven",), "1/2": ("half", "one half", "a half"),
        "3/4": ("three quarters",), "1/4": ("a quarter", "one quarter"),
        "1/3": ("a third", "one third"), "2/3": ("two thirds",),
        "and/or": ("and or", "and slash or"), "w/o": ("without",),
    },
    "es": {
        "dr.": ("doctor",), "dra.": ("doctora",), "sr.": ("señor",), "sra.": ("señora",),
        "prof.": ("profesor",), "etc.": ("etcétera",), "ee.uu.": ("estados unidos",),
        "p.ej.": ("por ejemplo",), "ud.": ("usted",),
    },
    "de": {
        "dr.": ("doktor",), "prof.": ("professor",), "z.b.": ("zum beispiel",),
        "bzw.": ("beziehungsweise",), "usw.": ("und so weiter",), "d.h.": ("das heißt",),
        "hr.": ("herr",), "fr.": ("frau",), "ca.": ("zirka",),
    },
    "fr": {
        "m.": ("monsieur",), "mme": ("madame",), "dr": ("docteur",), "etc.": ("et cetera",),
        "st": ("saint",),
    },
    "it": {
        "dott.": ("dottor",), "dott.ssa": ("dottoressa",), "sig.": ("signor",),
        "prof.": ("professor",), "ecc.": ("eccetera",),
    },
    "pt": {
        "dr.": ("doutor",), "dra.": ("doutora",), "sr.": ("senhor",), "sra.": ("senhora",),
        "etc.": ("etcétera",),
    },
    "ru": {"г.": ("год", "года", "году"), "т.е.": ("то есть",), "т.д.": ("так далее",)},
}

AND = {
    "en": "and", "es": "y", "de": "und", "fr": "et", "it": "e", "pt": "e", "ru": "и", "zh": "和",
    "hi": "और",
}
PERCENT = {
    "en": "percent", "es": "por ciento", "de": "prozent", "fr": "pour cent", "it": "per cento",
    "pt": "por cento", "ru": "процентов", "zh": "百 分 之", "hi": "प्रतिशत",
}

CURRENCIES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("pound", "pounds"),
        "¥": ("yen", "yen"), "₹": ("rupee", "rupees"),
    },
    "es": {
        "$": ("dólar", "dólares"), "€": ("euro", "euros"), "£": ("libra", "libras"),
        "¥": ("yen", "yenes"), "₹": ("rupia", "rupias"),
    },
    "de": {
        "$": ("dollar", "dollar"), "€": ("euro", "euro"), "£": ("pfund", "pfund"),
        "¥": ("yen", "yen"), "₹": ("rupie", "rupien"),
    },
    "fr": {
        "$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("livre", "livres"),
        "¥": ("yen", "yens"), "₹": ("roupie", "roupies"),
    },
    "it": {
        "$": ("dollaro", "dollari"), "€": ("euro", "euro"), "£": ("sterlina", "sterline"),
        "¥": ("yen", "yen"), "₹": ("rupia", "rupie"),
    },
    "pt": {
        "$": ("dólar", "dólares"), "€": ("euro", "euros"), "£": ("libra", "libras"),
        "¥": ("iene", "ienes"), "₹": ("rupia", "rupias"),
    },
    "ru": {
        "$": ("доллар", "долларов"), "€": ("евро", "евро"), "£": ("фунт", "фунтов"),
        "¥": ("иена", "иен"), "₹": ("рупия", "рупий"),
    },
}
# fmt: on

MAGNITUDES: Mapping[str, tuple[str, ...]] = {
    "en": ("hundred", "thousand", "million", "billion", "trillion"),
    "es": ("mil", "millón", "millones"),
    "de": ("tausend", "million", "millionen", "milliarde", "milliarden"),
    "fr": ("mille", "million", "millions", "milliard", "milliards"),
    "it": ("mila", "milione", "milioni", "miliardi"),
    "pt": ("mil", "milhão", "milhões"),
}
# fmt: off
ROMAN = {
    "II": "two", "III": "three", "IV": "four", "VI": "six", "VII": "seven", "VIII": "eight",
    "IX": "nine",
}
# fmt: on
SUFFIXES = {"en": {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}}

# fmt: off
SIGNS: Mapping[str, Mapping[str, list[str]]] = {
    "en": {
        "+": ["plus", ""], "=": ["equals", ""], "@": ["at"], "°": ["degrees"],
        "#": ["number", "hash", ""], "/": ["", "or", "slash"], "$": ["dollars", "dollar"],
        "€": ["euros", "euro"], "£": ["pounds", "pound"], "¥": ["yen"], "₹": ["rupees"],
    },
    "other": {
        "+": ["plus", ""], "=": [""], "@": [""], "°": [""], "#": [""], "/": [""], "$": ["dollar"],
        "€": ["euro"], "£": [""], "¥": ["yen"], "₹": [""],
    },
}

LETTER_NAMES: Mapping[str, Mapping[str, str]] = {
    "es": _names(
        "a be ce de e efe ge hache i jota ka ele eme ene o pe cu erre ese te u uve uve_doble equis"
        " ye zeta"
    ),
    "fr": _names(
        "a bé cé dé e effe gé ache i ji ka elle emme enne o pé ku erre esse té u vé double_vé ixe"
        " i_grec zède"
    ),
    "de": _names(
        "a be tse de e eff ge ha i jott ka ell emm enn o pe ku err ess te u fau we iks üpsilon"
        " tsett"
    ),
    "it": _names(
        "a bi ci di e effe gi acca i i_lunga cappa elle emme enne o pi cu erre esse ti u vu"
        " doppia_vu ics ipsilon zeta"
    ),
    "pt": _names(
        "a bê cê dê e efe gê agá i jota cá ele eme ene o pê quê erre esse tê u vê dáblio xis"
        " ípsilon zê"
    ),
    "hi": {
        "0": "शून्य", "1": "एक", "2": "दो", "3": "तीन", "4": "चार", "5": "पाँच", "6": "छह",
        "7": "सात", "8": "आठ", "9": "नौ",
    },
    "zh": {},
}
# fmt: on
"""Where a language is missing, a letter is said as its own sound."""
