"""The small words that hold a phrase together; without it "the" would end a caption.

Data only: one ``Grammar`` a language. A language without one is broken by punctuation, pauses,
names and digits. Words are in lower case, as written; a word may stand in several lists.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grammar:
    """One language's lists.

    ``loose`` prepositions bind to the left ("of"): a line is not broken before them. ``numbered``
    things stand before their number ("Level 7").
    """

    determiners: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    joins_numbers: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNITS = _set(
    "% ‰ € $ £ ¥ km m cm mm µm kg g mg t l ml ha °c °f ° k h min s ms hz khz mhz ghz kb mb gb tb kw"
    " kwh mw gw w v kcal cal usd eur gbp nzd aud ects utc gmt cet cest a.m. p.m. am pm"
)
CURRENCIES = _set("$ € £ ¥ us$ nz$ a$ usd eur gbp nzd aud no. nr. n.º nº n° § #")
"""What stands before its number."""
NEVER_END = _set(
    "e.g. i.e. vs. approx. no. nr. fig. pp. p. cf. viz. z.b. d.h. bzw. ca. usw. p.ej. ej. núm. n.º"
    " p.ex. ad.es."
)
"""Abbreviations after which the sentence goes on, whatever follows."""
SELDOM_END = _set(
    "etc. inc. ltd. co. corp. jr. sr. a.m. p.m. u.s. u.k. u.n. e.u. st. ee.uu. s.a. gmbh. ph.d."
    " m.sc. b.sc."
)
"""Abbreviations after which a capital letter begins a sentence."""

_TITLES_EVERYWHERE = "dr. dr prof. prof mr. mr mrs. mrs ms. ms"

_ENGLISH = Grammar(
    determiners=_set(
        "a an the this that these those my your his her its our their some any each every no"
        " another both either neither such what which whose"
    ),
    prepositions=_set(
        "of in on at to for with by from about into onto over after before between through during"
        " without within under above below against among across around behind beyond beside besides"
        " near since until till upon toward towards via per despite except like off out outside"
        " inside along throughout regarding concerning than as"
    ),
    loose=_set("of"),
    conjunctions=_set(
        "and or but nor so yet because although though while when where if unless whether that who"
        " whom which whose since until as than once whereas wherever whenever why how"
    ),
    auxiliaries=_set(
        "am is are was were be been being have has had having do does did will would shall should"
        " can could may might must cannot not never don't doesn't didn't isn't aren't wasn't"
        " weren't haven't hasn't hadn't won't wouldn't shan't shouldn't can't couldn't mightn't"
        " mustn't ain't i you he she it we they i'm you're he's she's it's we're they're i've"
        " you've we've they've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll it'll"
        " we'll they'll that's there's who's"
    ),
    titles=_set(
        _TITLES_EVERYWHERE
        + " sir madam dame lord lady professor doctor president minister dean senator captain "
        "rev. hon. st. mister missus miss"
    ),
    numbers=_set(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy"
        " eighty ninety hundred thousand million billion trillion dozen point"
    ),
    units=_set(
        "percent per cent percentage hundred thousand million billion trillion dollars dollar euros"
        " euro pounds cents kilometres kilometers metres meters centimetres centimeters millimetres"
        " miles feet inches acres hectares kilograms grams tonnes tons litres liters hours hour"
        " minutes minute seconds second days day weeks week months month years year decades"
        " centuries degrees degree watts kilowatts megawatts gigawatts volts hertz bytes megabytes"
        " gigabytes credits people january february march april may june july august september"
        " october november december o'clock"
    ),
    joins_numbers=_set("and"),
    numbered=_set(
        "level section article page chapter figure table part room number phase step version grade"
        " class stage block module question item paragraph act unit week day year"
    ),
)
_SPANISH = Grammar(
    determiners=_set(
        "el la los las un una unos unas lo este esta estos estas ese esa esos esas aquel aquella mi"
        " tu su mis tus sus nuestro nuestra nuestros nuestras cada otro otra algún alguna algunos"
        " algunas ningún ninguna todo toda todos todas del al"
    ),
    prepositions=_set(
        "a ante bajo con contra de desde durante en entre hacia hasta mediante para por según sin"
        " sobre tras"
    ),
    loose=_set("de"),
    conjunctions=_set(
        "y e o u ni que pero sino porque aunque mientras cuando donde si como pues quien quienes"
        " cual cuales cuyo cuya"
    ),
    auxiliaries=_set(
        "es son era eran fue fueron ser sido está están estaba estaban estar he has ha hemos han"
        " había habían haber puede pueden podía debe deben va van no nunca yo tú él ella nosotros"
        " nosotras ellos ellas usted ustedes se me te nos le les"
    ),
    titles=_set(
        _TITLES_EVERYWHERE
        + " dra. dra sr. sr sra. sra srta. don doña doctor doctora profesor profesora rector "
        "rectora"
    ),
    numbers=_set(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
        " dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta"
        " setenta ochenta noventa cien ciento doscientos trescientos cuatrocientos quinientos"
        " seiscientos setecientos ochocientos novecientos mil millón millones coma"
    ),
    units=_set(
        "por ciento mil millón millones euros euro dólares dólar pesos kilómetros metros"
        " centímetros kilos gramos toneladas litros horas hora minutos minuto segundos días día"
        " semanas meses años año grados créditos puntos veces personas hectáreas enero febrero"
        " marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    joins_numbers=_set("y"),
    numbered=_set(
        "nivel sección artículo página capítulo figura tabla parte número fase paso versión módulo"
        " párrafo"
    ),
)
_FRENCH = Grammar(
    determiners=_set(
        "le la les l' un une des du au aux ce cet cette ces mon ton son ma ta sa mes tes ses notre"
        " votre leur nos vos leurs chaque quelques tout toute tous toutes aucun aucune"
    ),
    prepositions=_set(
        "à de d' en dans sur sous avec sans pour par entre vers chez contre depuis pendant durant"
        " selon malgré avant après jusque dès parmi"
    ),
    loose=_set("de d'"),
    conjunctions=_set(
        "et ou mais ni car donc or que qu' qui dont où si quand comme lorsque puisque parce quoique"
        " tandis"
    ),
    auxiliaries=_set(
        "est sont était étaient être été suis es sommes êtes sera seront ai as a avons avez ont"
        " avait avaient avoir peut peuvent doit doivent va vont ne pas n' je j' tu il elle on nous"
        " vous ils elles c' se s' me te y"
    ),
    titles=_set(
        _TITLES_EVERYWHERE + " m. mme mme. mlle mlle. monsieur madame professeur docteur président"
    ),
    numbers=_set(
        "zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
        " vingt trente quarante cinquante soixante cent cents mille million millions milliard"
        " milliards virgule"
    ),
    units=_set(
        "pour cent pourcent mille million millions milliard milliards euros euro dollars francs"
        " kilomètres mètres centimètres kilos grammes tonnes litres heures heure minutes minute"
        " secondes jours jour semaines mois ans an années année degrés crédits points fois"
        " personnes hectares janvier février mars avril mai juin juillet août septembre octobre"
        " novembre décembre"
    ),
    joins_numbers=_set("et"),
    numbered=_set(
        "niveau section article page chapitre figure tableau partie numéro phase étape version"
        " module paragraphe"
    ),
)
_GERMAN = Grammar(
    determiners=_set(
        "der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen diesem"
        " jener jede jeder jedes jeden mein meine dein deine sein seine ihr ihre unser unsere euer"
        " eure kein keine keinen keinem keiner alle manche solche welche welcher"
    ),
    prepositions=_set(
        "in im an am auf aus bei beim mit nach seit von vom zu zum zur durch für gegen ohne um über"
        " unter vor hinter neben zwischen während wegen trotz ins ans bis ab als wie"
    ),
    loose=frozenset(),
    conjunctions=_set(
        "und oder aber denn sondern dass weil obwohl wenn ob als während damit bevor nachdem sobald"
        " sowie wo"
    ),
    auxiliaries=_set(
        "ist sind war waren sein bin bist seid wird werden wurde wurden worden habe hat haben hatte"
        " hatten kann können konnte muss müssen soll sollen will wollen darf dürfen mag möchte"
        " nicht nie ich du er sie es wir ihr man sich"
    ),
    titles=_set(
        _TITLES_EVERYWHERE
        + " herr frau herrn professor professorin doktor doktorin präsident präsidentin dipl.-ing."
    ),
    numbers=_set(
        "null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig"
        " fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen milliarde"
        " milliarden komma"
    ),
    units=_set(
        "prozent hundert tausend million millionen milliarde milliarden euro dollar franken"
        " kilometer meter zentimeter kilogramm kilo gramm tonnen liter stunden stunde minuten"
        " minute sekunden tage tag tagen wochen woche monate monaten jahre jahr jahren grad uhr"
        " punkte mal menschen hektar januar februar märz april mai juni juli august september"
        " oktober november dezember"
    ),
    joins_numbers=_set("und"),
    numbered=_set(
        "stufe niveau abschnitt artikel seite kapitel abbildung tabelle teil nummer phase schritt"
        " version modul absatz"
    ),
)
_ITALIAN = Grammar(
    determiners=_set(
        "il lo la i gli le l' un uno una un' del dello della dei degli delle al allo alla ai agli"
        " alle dal dalla nel nello nella nei nelle sul sulla questo questa questi queste quel"
        " quello quella quei quelle mio mia suo sua nostro nostra loro ogni qualche alcuni alcune"
        " tutto tutta tutti tutte nessun"
    ),
    prepositions=_set(
        "di a da in con su per tra fra d' senza sotto sopra verso durante contro secondo dopo prima"
        " fino presso"
    ),
    loose=_set("di d'"),
    conjunctions=_set(
        "e ed o ma né che perché anche se quando mentre dove come cui quindi però sebbene benché"
    ),
    auxiliaries=_set(
        "è sono era erano essere stato stata sei siamo siete sarà ho hai ha abbiamo avete hanno"
        " aveva avevano avere può possono deve devono va vanno non mai io tu lui lei noi voi loro"
        " si mi ti ci vi"
    ),
    titles=_set(
        _TITLES_EVERYWHERE
        + " sig. sig sig.ra dott. dott.ssa signor signora professore professoressa dottore rettore"
    ),
    numbers=_set(
        "zero due tre quattro cinque sette otto nove dieci undici dodici tredici quattordici"
        " quindici venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento duecento"
        " mille mila milione milioni miliardo miliardi virgola"
    ),
    units=_set(
        "per cento percento mille mila milione milioni miliardo miliardi euro dollari chilometri"
        " metri centimetri chili grammi tonnellate litri ore ora minuti minuto secondi giorni"
        " giorno settimane mesi anni anno gradi crediti punti volte persone ettari gennaio febbraio"
        " marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
    ),
    joins_numbers=_set("e"),
    numbered=_set(
        "livello sezione articolo pagina capitolo figura tabella parte numero fase passo versione"
        " modulo"
    ),
)
_PORTUGUESE = Grammar(
    determiners=_set(
        "o a os as um uma uns umas do da dos das ao à aos às no na nos nas num numa pelo pela pelos"
        " pelas este esta estes estas esse essa esses essas aquele aquela meu minha seu sua seus"
        " suas nosso nossa nossos nossas cada outro outra algum alguma todo toda todos todas nenhum"
        " nenhuma"
    ),
    prepositions=_set(
        "de em com para por sem sob sobre entre até desde contra durante segundo após perante"
    ),
    loose=_set("de"),
    conjunctions=_set(
        "e ou mas nem que porque embora enquanto quando onde se como pois quem cujo cuja"
    ),
    auxiliaries=_set(
        "é são era eram foi foram ser sido está estão estava estavam estar tem têm tinha tinham ter"
        " há pode podem deve devem vai vão não nunca eu tu ele ela nós eles elas você vocês se me"
        " te lhe"
    ),
    titles=_set(
        _TITLES_EVERYWHERE
        + " dra. dra sr. sr sra. sra dona doutor doutora professor professora reitor reitora"
    ),
    numbers=_set(
        "zero dois duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
        " dezesseis vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento"
        " duzentos trezentos mil milhão milhões bilhão bilhões vírgula"
    ),
    units=_set(
        "por cento mil milhão milhões bilhão bilhões euros euro dólares reais quilômetros"
        " quilómetros metros centímetros quilos gramas toneladas litros horas hora minutos minuto"
        " segundos dias dia semanas meses anos ano graus créditos pontos vezes pessoas hectares"
        " janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    joins_numbers=_set("e"),
    numbered=_set(
        "nível seção artigo página capítulo figura tabela parte número fase passo versão módulo"
    ),
)
_BY_LANGUAGE = {
    "en": _ENGLISH,
    "es": _SPANISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "it": _ITALIAN,
    "pt": _PORTUGUESE,
}
_BARE = Grammar(titles=_set(_TITLES_EVERYWHERE))


def grammar_of(language: str) -> Grammar:
    """The lists of a language ("pt-BR" has Portuguese's); one of titles alone where it has none."""
    return _BY_LANGUAGE.get(language.lower().split("-")[0], _BARE)
