"""What ``heard.py`` has said: names, real speech, other versions of scripts."""

from __future__ import annotations

ROSTER = (
    "Dr Grant Klinkum",
    "Dr Kristi Wold-McCormick",
    "Dr John O'Connor",
    "Dr Beatriz Palacios",
    "Dr Aroha Ngata",
    "Prof. Siddharth Venkataraman",
    "Dra. Ximena Echeverría",
    "Dr Oluwaseun Adeyemi",
    "Dr Małgorzata Wiśniewska",
    "Dr Jürgen Habermann",
    "Dr Thuy Nguyen",
    "Dr Fionnuala Gallagher",
)
GLOSSARY = (
    "NZQA",
    "University of Colorado Boulder",
    "Quality and Qualifications Ireland",
    "Tecnológico de Monterrey",
    "micro-credentials",
    "Cedefop",
)
NAMES = {
    "thanks": (
        "Good afternoon. My name is Kristi Wold-McCormick and I work at the University of Colorado"
        " Boulder. I want to thank Grant Klinkum of NZQA for his remarks, and John O'Connor from"
        " Quality and Qualifications Ireland. In Mexico, Beatriz Palacios at Tecnológico de"
        " Monterrey showed us what micro-credentials can do. Cedefop has counted them, and"
        " Dr Palacios has compared them with ours. When Klinkum asked whether NZQA would recognise"
        " them, O'Connor said yes. Learners do not care about names of offices, they care about"
        " what they can do next. Wold-McCormick and her team have written a register in which every"
        " credential can be found. Thank you, Beatriz Palacios, and thank you, Grant Klinkum."
    ),
    "panel": (
        "Welcome back to the panel. On my left is Siddharth Venkataraman, who has built a register"
        " of micro-credentials, and next to him Fionnuala Gallagher from Quality and Qualifications"
        " Ireland. The first question goes to Aroha Ngata. Her team at NZQA has worked with Thuy"
        " Nguyen for three years. Jürgen Habermann cannot be with us today, so Siddharth will read"
        " his answer. Let me begin with a short story. Last spring Gallagher and Nguyen met in"
        " Dublin and wrote down what they had learned. Habermann added a page about money, and"
        " Venkataraman a page about trust. I grant that it was not easy to read. Thank you, Aroha,"
        " and thank you, Fionnuala. Now I would like to hear from the audience."
    ),
}
LICENCE = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"
    " and associated documentation files (the Software), to deal in the Software without"
    " restriction, including without limitation the rights to use, copy, modify, merge, publish,"
    " distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the"
    " Software is furnished to do so, subject to the following conditions: The above copyright"
    " notice and this permission notice shall be included in all copies or substantial portions of"
    " the Software."
)
REAL = {
    "jfk.flac": (
        "And so my fellow Americans, ask not what your country can do for you, ask what you can do"
        " for your country."
    ),
    "english_test1.wav": (
        "Four score and seven years ago our fathers brought forth on this continent a new nation,"
        " conceived in Liberty, and dedicated to the proposition that all men are created equal."
    ),
    "librivox-0870.wav": (
        "And Mr. John Dashwood had then leisure to consider how much there might be prudently in"
        " his power to do for them."
    ),
    "librivox-0880.wav": "He was not an ill-disposed young man,",
    "librivox-0890.wav": (
        "unless to be rather cold-hearted and rather selfish is to be ill-disposed."
    ),
    "multilingual.mp3": LICENCE,
}
"""../shared/media: real voices; of multilingual.mp3 the English half."""
ENGLISH_HALF_S = 29.4

NOT_SAID = {
    "en": (
        "This paragraph was in the text that was sent but nobody read it out.",
        "It speaks of money, of laws and of the weather in the mountains.",
        "The harbour was built by fishermen who came from the islands in the north.",
        "Nobody remembers the winter in which the bridge fell into the river.",
    ),
    "de": (
        "Dieser Absatz stand im Text, aber niemand hat ihn vorgelesen.",
        "Er handelt von Geld, von Gesetzen und vom Wetter in den Bergen.",
        "Den Hafen haben Fischer gebaut, die von den Inseln im Norden kamen.",
        "Keiner erinnert sich an den Winter, in dem die Brücke in den Fluss fiel.",
    ),
    "es": (
        "Este párrafo estaba en el texto, pero nadie lo leyó.",
        "Habla de dinero, de leyes y del clima de las montañas.",
        "El puerto lo construyeron pescadores que venían de las islas del norte.",
        "Ninguno recuerda el invierno en que el puente cayó al río.",
    ),
    "fr": (
        "Ce paragraphe figurait dans le texte, mais personne ne l'a lu.",
        "Il parle d'argent, de lois et du climat des montagnes.",
        "Le port a été construit par des pêcheurs venus des îles du nord.",
        "Nul ne se souvient de l'hiver où le pont est tombé dans la rivière.",
    ),
    "it": (
        "Questo paragrafo era nel testo, ma nessuno lo ha letto.",
        "Parla di denaro, di leggi e del clima delle montagne.",
        "Il porto fu costruito da pescatori che venivano dalle isole del nord.",
        "Nessuno ricorda l'inverno in cui il ponte cadde nel fiume.",
    ),
    "pt": (
        "Este parágrafo estava no texto, mas ninguém o leu.",
        "Fala de dinheiro, de leis e do clima das montanhas.",
        "O porto foi feito por pescadores que vinham das ilhas do norte.",
        "Já não há quem se lembre do inverno em que a ponte caiu ao rio.",
    ),
}
LAST_YEAR = {
    "en": {
        "few years": "ten months",
        "longer programme": "second contract",
        "universities": "hospitals",
        "small group of teachers": "large circle of lawyers",
        "nurse": "painter",
        "young engineer": "retired farmer",
        "one place": "seven towns",
        "technical system": "printed catalogue",
    },
    "de": {
        "kurzen Kursen": "langen Reisen",
        "Lehrer": "Anwälte",
        "25 Kurse": "17 Häuser",
        "300": "900",
        "Abschluss": "Vertrag",
        "Prüfung": "Bezahlung",
        "gemeinsamen Register": "alten Keller",
    },
    "es": {
        "cursos cortos": "viajes largos",
        "profesores": "abogados",
        "25 cursos": "17 casas",
        "300": "900",
        "título": "contrato",
        "evaluación": "comida",
        "registro común": "sótano viejo",
    },
    "fr": {
        "cours de courte durée": "voyages de longue haleine",
        "professeurs": "avocats",
        "25 cours": "17 maisons",
        "300": "900",
        "diplôme": "contrat",
        "évaluation": "cuisine",
        "registre commun": "vieux sous-sol",
    },
    "it": {
        "corsi brevi": "viaggi lunghi",
        "professori": "avvocati",
        "25 corsi": "17 case",
        "300": "900",
        "titolo": "contratto",
        "valutazione": "cucina",
        "registro comune": "vecchio magazzino",
    },
    "pt": {
        "cursos curtos": "barcos grandes",
        "professores": "advogados",
        "25 cursos": "17 casas",
        "300": "900",
        "diploma": "contrato",
        "avaliação": "cozinha",
        "registo comum": "armazém velho",
    },
}
"""What an earlier version of a script has in place of what is said."""
