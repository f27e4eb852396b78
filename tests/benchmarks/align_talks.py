"""The talks that ``align.py`` has read, with what is said where it is not what is written."""

from __future__ import annotations

import re
from typing import Any

Parts = list[tuple[str, str | None]]

CLEAN = [
    "Good afternoon, and thank you for the chance to speak to you today.",
    (
        "I would like to describe how our organisation looks at short courses, and what we have"
        " learned in the last few years."
    ),
    "A short course can be a door into a longer programme, or it can stand on its own.",
    "People come to us with very different plans, so the first thing we do is listen.",
    (
        "When we began, there was no common language between the universities, the employers and"
        " the state."
    ),
    "Each of them used the same words and meant something else by them.",
    (
        "We asked a small group of teachers to write down what they expected from a learner at the"
        " end of a course."
    ),
    (
        "That list became the heart of our work, because everyone could read it and nobody could"
        " hide behind it."
    ),
    "The second step was to agree on how large a course may be before it is called something else.",
    "This took longer than we thought, and the discussion is still going on in some departments.",
    "What helped us most was to look at real examples and to ask who had gained from them.",
    (
        "A nurse who works at night does not want the same thing as a young engineer in his first"
        " year."
    ),
    (
        "Both of them should be able to show what they have learned to somebody who has never heard"
        " of us."
    ),
    "That is why a record has to travel well, across borders and across time.",
    "It must say who gave it, what was learned, how it was tested and how much work it took.",
    "We keep these records in one place and the learner decides who may look at them.",
    "Not everything went well, of course, and I will mention one mistake that you can avoid.",
    (
        "We built the technical system before we had agreed on the rules, and then we had to build"
        " it again."
    ),
    "If I could give you only one piece of advice, it would be to start with the agreement.",
    "I look forward to your questions, and I hope that we can learn from each other.",
]

NUMBERS = [
    "In 2018 we had 25 courses and about 1,250 learners in 3 regions.",
    "By 2021 this had grown to 14,300 learners, which is 12% of all adults in training.",
    "The average fee was $300 and the whole programme cost $2.5 million a year.",
    "Our agency, NZQA, works with UNESCO and with partners in the U.S. and the U.K.",
    "On the 1st of July the 21st partner joined us, as Dr. Smith had hoped in the 1990s.",
    "Micro-credentials and other well-known short forms are worth 5 to 40 credits.",
    "About 3.5 hours a week are enough, e.g. for parents and/or shift workers.",
    "The R&D group met at 10 and stayed for 90 minutes.",
]

OTHER_TALK = """The history of lighthouses begins long before the invention of glass. Fires were
lit on hills above the harbour, and somebody had to carry wood to them through the storm. The
keeper's family lived beside the tower, often far away from every village. Their children learned
to row before they learned to write. In winter no boat could land for weeks.

Oil replaced wood, and mirrors of polished metal threw the beam much further out to sea. A clever
Frenchman cut a lens in rings, so that it was thin and bright at once. Sailors could tell one
lamp from another by the rhythm of its flashes. Today the lamps are electric and nobody sleeps in
the towers any more. Some of them have become hotels or small museums.

Birds still fly against the glass in autumn nights, confused by the light. Biologists count them
in the morning and publish their numbers every spring. Without the tower the coast would look
empty to most of us, even from the deck of a modern ferry."""


def _same(sentences: list[str]) -> Parts:
    return [(sentence, None) for sentence in sentences]


def _with(changes: dict[int, tuple[str, str | None] | list[tuple[str, str | None]]]) -> Parts:
    parts: Parts = []
    for number, sentence in enumerate(CLEAN):
        change = changes.get(number, (sentence, None))
        parts += change if isinstance(change, list) else [change]
    return parts


CASES: dict[str, tuple[Parts, dict[str, Any]]] = {
    "clean": (_same(CLEAN), {}),
    "numbers": (_same(NUMBERS), {}),
    "skips": (
        _with({3: (CLEAN[3], ""), 8: (CLEAN[8], ""), 9: (CLEAN[9], ""), 14: (CLEAN[14], "")}),
        {},
    ),
    "first and last skipped": (
        _with({0: (CLEAN[0], ""), 19: (CLEAN[19], ""), 18: (CLEAN[18], "")}),
        {},
    ),
    "repeats": (
        _with(
            {
                4: [(CLEAN[4], None), (CLEAN[4], None)],
                10: [("What helped us most was to look", None), (CLEAN[10], None)],
            }
        ),
        {},
    ),
    "false starts": (
        _with(
            {6: [("", "We asked a"), (CLEAN[6], None)], 13: [("", "That is"), (CLEAN[13], None)]}
        ),
        {},
    ),
    "asides": (
        _with(
            {
                2: [
                    (CLEAN[2], None),
                    ("", "Sorry, let me just find my glasses, here they are, thank you so much."),
                ],
                11: [
                    (CLEAN[11], None),
                    ("", "My own sister, by the way, happens to be a nurse in Dublin."),
                ],
                17: [("", "Ah, excuse me, the phone."), (CLEAN[17], None)],
            }
        ),
        {},
    ),
    "changed words": (
        _same(CLEAN),
        {
            "changed": {
                "describe": "explain",
                "small": "tiny",
                "heart": "centre",
                "helped": "taught",
                "young": "clever",
                "advice": "wisdom",
            }
        },
    ),
    "headings": (
        [
            ("# Short courses in our country", ""),
            ("Dr Grant Klinkum:", ""),
            *_same(CLEAN[:4]),
            ("[SLIDE 2]", ""),
            *_same(CLEAN[4:7]),
            ("WHAT WE LEARNED", ""),
            *_same(CLEAN[7:10]),
            ("(smile)", ""),
            *_same(CLEAN[10:13]),
            ("[pause, look into the camera]", ""),
            *_same(CLEAN[13:17]),
            ("1. A mistake", ""),
            *_same(CLEAN[17:]),
        ],
        {},
    ),
    "headings read out": (
        [
            ("Short Courses in Our Country", None),
            *_same(CLEAN[:5]),
            ("WHAT WE LEARNED", "What we learned"),
            *_same(CLEAN[5:9]),
        ],
        {},
    ),
    "lead-in 20 s": (_same(CLEAN[:12]), {"lead_in_s": 20.0}),
    "windows-1252": (
        [
            (CLEAN[0], None),
            (
                "The café in Tecnológico’s hall — “a good place” — is where we met.",
                "The cafe in Tecnologico's hall a good place is where we met.",
            ),
            *_same(CLEAN[1:8]),
        ],
        {"encoding": "cp1252"},
    ),
    "utf-16": (_same(CLEAN[:8]), {"encoding": "utf-16"}),
    "all mixed": (
        _with(
            {
                0: [("", "Hello, can you hear me? Fine."), (CLEAN[0], None)],
                3: (CLEAN[3], ""),
                6: [("", "We asked a"), (CLEAN[6], None)],
                9: [(CLEAN[9], None), ("", "My own department is no better, I have to say.")],
                12: [(CLEAN[12], None), (CLEAN[12], None)],
                15: (CLEAN[15], ""),
                16: (CLEAN[16], ""),
            }
        ),
        {},
    ),
}


def _unpointed(sentences: list[str]) -> Parts:
    return [(re.sub("[\u064b-\u0652]", "", sentence), sentence) for sentence in sentences]


TALKS: dict[str, Parts] = {
    "es": _same(
        [
            "Buenas tardes y muchas gracias por la invitación.",
            "Quisiera contarles cómo trabajamos con los cursos cortos en nuestro país.",
            "Al principio nadie sabía muy bien qué significaba esta palabra.",
            "Por eso reunimos a los profesores, a las empresas y al ministerio en una misma mesa.",
            "En 2018 teníamos 25 cursos y hoy tenemos más de 300.",
            "Cada curso dice con claridad qué se aprende y cuánto tiempo hace falta.",
            "Los jóvenes valoran sobre todo que el título se reconozca en otros países.",
            "La mayor dificultad fue ponernos de acuerdo sobre la evaluación.",
            (
                "Ahora guardamos los resultados en un registro común, y cada persona decide quién"
                " puede verlos."
            ),
            "Espero sus preguntas con mucho gusto.",
        ]
    ),
    "it": _same(
        [
            "Buongiorno a tutti e grazie per l'invito.",
            "Vorrei raccontarvi come lavoriamo con i corsi brevi nel nostro paese.",
            "All'inizio nessuno sapeva bene che cosa volesse dire questa parola.",
            (
                "Per questo abbiamo riunito i professori, le imprese e il ministero intorno allo"
                " stesso tavolo."
            ),
            "Nel 2018 avevamo 25 corsi e oggi ne abbiamo più di 300.",
            "Ogni corso spiega con chiarezza che cosa si impara e quanto tempo serve.",
            "I giovani vogliono soprattutto che il titolo sia riconosciuto anche all'estero.",
            "La difficoltà più grande è stata trovare un accordo sulla valutazione.",
            "Adesso conserviamo i risultati in un registro comune e ognuno decide chi può vederli.",
            "Aspetto con piacere le vostre domande.",
        ]
    ),
    "de": _same(
        [
            "Guten Tag und vielen Dank für die Einladung.",
            "Ich möchte Ihnen erzählen, wie wir in unserem Land mit kurzen Kursen arbeiten.",
            "Am Anfang wusste niemand so recht, was dieses Wort bedeuten sollte.",
            (
                "Deshalb haben wir die Lehrer, die Betriebe und das Ministerium an einen Tisch"
                " gebracht."
            ),
            "Im Jahr 2018 hatten wir 25 Kurse, heute sind es mehr als 300.",
            "Jeder Kurs sagt deutlich, was man lernt und wie viel Zeit man dafür braucht.",
            (
                "Den jungen Leuten ist besonders wichtig, dass der Abschluss auch im Ausland"
                " anerkannt wird."
            ),
            "Am schwierigsten war es, sich über die Prüfung zu einigen.",
            (
                "Jetzt bewahren wir die Ergebnisse in einem gemeinsamen Register auf, und jeder"
                " entscheidet selbst, wer sie sehen darf."
            ),
            "Ich freue mich auf Ihre Fragen.",
        ]
    ),
    "fr": _same(
        [
            "Bonjour à tous et merci beaucoup pour votre invitation.",
            (
                "Je voudrais vous raconter comment nous travaillons avec les cours de courte durée"
                " dans notre pays."
            ),
            "Au début personne ne savait très bien ce que ce mot voulait dire.",
            (
                "Nous avons donc réuni les professeurs, les entreprises et le ministère autour de"
                " la même table."
            ),
            "En 2018 nous avions 25 cours et nous en avons aujourd'hui plus de 300.",
            "Chaque cours explique clairement ce que l'on apprend et combien de temps il faut.",
            "Les jeunes souhaitent surtout que le diplôme soit reconnu dans les autres pays.",
            "Le plus difficile a été de nous mettre d'accord sur l'évaluation.",
            (
                "Nous gardons maintenant les résultats dans un registre commun et chacun décide qui"
                " peut les voir."
            ),
            "J'attends vos questions avec plaisir.",
        ]
    ),
    "pt": _same(
        [
            "Boa tarde e muito obrigado pelo convite.",
            "Gostaria de contar como trabalhamos com os cursos curtos no nosso país.",
            "No início ninguém sabia muito bem o que esta palavra queria dizer.",
            "Por isso juntámos os professores, as empresas e o ministério na mesma mesa.",
            "Em 2018 tínhamos 25 cursos e hoje temos mais de 300.",
            "Cada curso explica com clareza o que se aprende e quanto tempo é preciso.",
            "Os jovens querem sobretudo que o diploma seja reconhecido noutros países.",
            "O mais difícil foi chegar a um acordo sobre a avaliação.",
            (
                "Agora guardamos os resultados num registo comum e cada pessoa decide quem os pode"
                " ver."
            ),
            "Espero as vossas perguntas com muito gosto.",
        ]
    ),
    "ru": _same(
        [
            "Добрый день и большое спасибо за приглашение.",
            "Я хотел бы рассказать вам, как мы работаем с короткими курсами в нашей стране.",
            "Сначала никто толком не знал, что означает это слово.",
            "Поэтому мы собрали преподавателей, предприятия и министерство за одним столом.",
            "Сегодня у нас 25 курсов и много слушателей.",
            "Каждый курс ясно говорит, чему человек научится и сколько времени ему нужно.",
            "Молодым людям особенно важно, чтобы диплом признавали в других странах.",
            "Труднее всего было договориться об экзамене.",
            (
                "Теперь мы храним результаты в общем реестре, и каждый сам решает, кто может их"
                " видеть."
            ),
            "Я с радостью отвечу на ваши вопросы.",
        ]
    ),
    "hi": _same(
        [
            "नमस्ते और निमंत्रण के लिए बहुत धन्यवाद।",
            "मैं आपको बताना चाहता हूँ कि हमारे देश में छोटे पाठ्यक्रम कैसे चलते हैं।",
            "शुरू में कोई नहीं जानता था कि इस शब्द का क्या अर्थ है।",
            "इसलिए हमने शिक्षकों और कंपनियों को एक ही मेज पर बुलाया।",
            "हर पाठ्यक्रम साफ बताता है कि क्या सीखना है और कितना समय लगेगा।",
            "युवा लोग चाहते हैं कि उनकी पढ़ाई दूसरे देशों में भी मानी जाए।",
            "सबसे कठिन काम परीक्षा के नियम तय करना था।",
            "अब हम परिणाम एक ही जगह रखते हैं और हर व्यक्ति तय करता है कि कौन उन्हें देख सकता है।",
        ]
    ),
    "zh": _same(
        [
            "大家好，非常感谢你们的邀请。",
            "我想讲一讲我们国家的短期课程。",
            "一开始没有人知道这个词是什么意思。",
            "所以我们请老师和企业坐在一起讨论。",
            "每门课程都清楚地说明学什么，需要多少时间。",
            "年轻人最希望别的国家也承认他们的学历。",
            "最困难的是怎样考试。",
            "现在我们把成绩放在一个地方，每个人自己决定谁可以看。",
            "我很高兴回答你们的问题。",
        ]
    ),
    "pl": _same(
        [
            "Dzień dobry i bardzo dziękuję za zaproszenie.",
            "Chciałbym opowiedzieć, jak pracujemy z krótkimi kursami w naszym kraju.",
            "Na początku nikt dobrze nie wiedział, co to słowo znaczy.",
            "Dlatego zaprosiliśmy nauczycieli, firmy i ministerstwo do jednego stołu.",
            "Każdy kurs jasno mówi, czego się uczymy i ile czasu potrzeba.",
            "Najtrudniej było uzgodnić zasady egzaminu.",
        ]
    ),
    # Arabic is spoken with its short vowels, and written, as people do, without them
    "ar": _unpointed(
        [
            "مَسَاءُ الْخَيْرِ وَشُكْرًا جَزِيلًا عَلَى الدَّعْوَةِ.",
            "أَوَدُّ أَنْ أُحَدِّثَكُمْ عَنِ الدَّوْرَاتِ الْقَصِيرَةِ فِي بَلَدِنَا.",
            "فِي الْبِدَايَةِ لَمْ يَكُنْ أَحَدٌ يَعْرِفُ مَعْنَى هَذِهِ الْكَلِمَةِ.",
            ("لِذَلِكَ جَمَعْنَا الْمُعَلِّمِينَ وَالشَّرِكَاتِ وَالْوِزَارَةَ حَوْلَ طَاوِلَةٍ وَاحِدَةٍ."),
            ("كُلُّ دَوْرَةٍ تَقُولُ بِوُضُوحٍ مَاذَا يَتَعَلَّمُ الطَّالِبُ وَكَمْ مِنَ الْوَقْتِ يَحْتَاجُ."),
            "يُرِيدُ الشَّبَابُ أَنْ تَعْتَرِفَ الدُّوَلُ الْأُخْرَى بِشَهَادَاتِهِمْ.",
            "كَانَ أَصْعَبُ شَيْءٍ هُوَ الِاتِّفَاقَ عَلَى الِامْتِحَانِ.",
            ("نَحْفَظُ الْآنَ النَّتَائِجَ فِي سِجِلٍّ وَاحِدٍ، وَكُلُّ شَخْصٍ يُقَرِّرُ مَنْ يَرَاهَا."),
            ("الْمُمَرِّضَةُ الَّتِي تَعْمَلُ فِي اللَّيْلِ لَا تُرِيدُ مَا يُرِيدُهُ مُهَنْدِسٌ شَابٌّ."),
            "يُسْعِدُنِي أَنْ أُجِيبَ عَلَى أَسْئِلَتِكُمْ.",
        ]
    ),
    # Hebrew is spoken by a German voice from Latin letters: espeak's own spells vowel signs out
    "he": [
        ("שלום לכולם ותודה רבה על ההזמנה.", "Schalom lechulam wetoda raba al hahasmana."),
        (
            "אני רוצה לספר לכם איך אנחנו עובדים עם קורסים קצרים בארץ.",
            "Ani roze lessaper lachem ech anachnu owdim im kurssim kzarim baarez.",
        ),
        (
            "בהתחלה אף אחד לא ידע מה המילה הזאת אומרת.",
            "Bahatchala af echad lo jada ma hamila hasot omeret.",
        ),
        (
            "לכן הושבנו את המורים ואת החברות סביב שולחן אחד.",
            "Lachen hoschawnu et hamorim weet hachawarot ssewiw schulchan echad.",
        ),
        (
            "כל קורס אומר בבירור מה לומדים וכמה זמן צריך.",
            "Kol kurss omer bewerur ma lomdim wekama sman zarich.",
        ),
        (
            "הצעירים רוצים שהתעודה תוכר גם בארצות אחרות.",
            "Hazeirim rozim schehateuda tukar gam baarazot acherot.",
        ),
        (
            "הדבר הקשה ביותר היה להסכים על המבחן.",
            "Hadawar hakasche bejoter haja lehasskim al hamiwchan.",
        ),
        (
            "עכשיו אנחנו שומרים את התוצאות במקום אחד, וכל אדם מחליט מי יראה אותן.",
            (
                "Achschaw anachnu schomrim et hatozaot bemakom echad, wechol adam machlit mi jire"
                " otan."
            ),
        ),
        ("אשמח לענות על השאלות שלכם.", "Essmach laanot al hascheelot schelachem."),
    ],
}

OTHER_TALKS = {
    "ar": (
        "كانت المنارة في القديم نارا على تل قرب الميناء. وكان على رجل أن يحمل الحطب إليها في"
        " العاصفة. عاشت عائلة الحارس قرب البرج بعيدا عن القرى. تعلم أطفالهم التجديف قبل الكتابة. في"
        " الشتاء لا تصل أي سفينة طوال أسابيع. ثم جاء الزيت بدل الخشب وصارت المرايا ترمي الضوء بعيدا"
        " في البحر. اليوم المصابيح كهربائية ولا أحد ينام في الأبراج. أصبح بعضها فنادق أو متاحف"
        " صغيرة. ولا تزال الطيور تصطدم بالزجاج في ليالي الخريف."
    ),
    "he": (
        "המגדלור היה בעבר מדורה על גבעה ליד הנמל. מישהו היה צריך לשאת אליו עצים בסערה. משפחת השומר"
        " גרה ליד המגדל, רחוק מכל כפר. ילדיהם למדו לחתור לפני שלמדו לכתוב. בחורף שום ספינה לא הגיעה"
        " במשך שבועות. אחר כך בא השמן במקום העץ, והמראות זרקו את האור רחוק לים. היום המנורות"
        " חשמליות ואיש אינו ישן במגדלים. כמה מהם הפכו למלונות או למוזיאונים קטנים. ציפורים עדיין"
        " מתנגשות בזכוכית בלילות הסתיו."
    ),
}
"""Talks about something else, to be refused."""

ASIDES = {
    "fr": (
        "Excusez-moi, je cherche mes lunettes, ah les voilà, merci beaucoup à tous.",
        "Ma propre sœur, d'ailleurs, est infirmière à Dublin depuis dix ans.",
    ),
    "es": (
        "Perdón, un momento, estoy buscando mis gafas, aquí están, muchas gracias.",
        "Mi propia hermana, por cierto, es enfermera en Dublín desde hace diez años.",
    ),
    "it": (
        "Scusate un attimo, sto cercando i miei occhiali, eccoli qui, grazie mille.",
        "Mia sorella, tra l'altro, fa l'infermiera a Dublino da dieci anni.",
    ),
    "de": (
        "Entschuldigung, einen Moment, ich suche meine Brille, da ist sie ja, vielen Dank.",
        "Meine eigene Schwester ist übrigens seit zehn Jahren Krankenschwester in Dublin.",
    ),
    "ar": (
        "عَفْوًا، لَحْظَةً، أَبْحَثُ عَنْ نَظَّارَتِي، هَا هِيَ، شُكْرًا لَكُمْ جَمِيعًا.",
        "أُخْتِي بِالْمُنَاسَبَةِ مُمَرِّضَةٌ فِي دَبْلِنْ مُنْذُ عَشْرِ سَنَوَاتٍ.",
    ),
    "he": (
        "Sslicha, rega echad, ani mechapess et hamischkafaim scheli, hine hem, toda raba.",
        "Achoti hi achot bewet cholim bedablin kwar esser schanim.",
    ),
}
"""Said besides, 3 to 6 seconds each; as they are given to the voice."""
