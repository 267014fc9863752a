"""What the sample corpus says: its concepts, the labels it corrects, its sentence templates, its voices.

Data only; build_corpus.py turns it into files.
"""

LANGUAGES = ("en", "de", "fr", "es", "it", "ru")

# category: name=emoji code point. The name makes the item's id and its file names; the spoken and written
# labels are CLDR's, through emojibase-data.
CONCEPTS = {
    "animals": """
        monkey=1F412 dog=1F415 wolf=1F43A fox=1F98A raccoon=1F99D cat=1F408 lion=1F981 tiger=1F405 horse=1F40E
        zebra=1F993 deer=1F98C cow=1F404 pig=1F416 goat=1F410 camel=1F42A giraffe=1F992 elephant=1F418
        rhinoceros=1F98F mouse=1F401 rabbit=1F407 hedgehog=1F994 bat=1F987 bear=1F43B panda=1F43C koala=1F428
        kangaroo=1F998 turkey=1F983 rooster=1F413 penguin=1F427 eagle=1F985 duck=1F986 swan=1F9A2 owl=1F989
        flamingo=1F9A9 peacock=1F99A parrot=1F99C frog=1F438 crocodile=1F40A turtle=1F422 snake=1F40D
        whale=1F40B dolphin=1F42C shark=1F988 octopus=1F419 crab=1F980 snail=1F40C butterfly=1F98B ant=1F41C
        honeybee=1F41D spider=1F577 scorpion=1F982""",
    "nature": """
        rose=1F339 sunflower=1F33B tulip=1F337 cactus=1F335 palm-tree=1F334 mushroom=1F344 volcano=1F30B
        rainbow=1F308 snowflake=2744 cloud=2601 sun=2600 fire=1F525 tornado=1F32A feather=1FAB6""",
    "food": """
        grapes=1F347 watermelon=1F349 lemon=1F34B banana=1F34C pineapple=1F34D strawberry=1F353 cherries=1F352
        coconut=1F965 avocado=1F951 eggplant=1F346 potato=1F954 carrot=1F955 broccoli=1F966 garlic=1F9C4
        bread=1F35E croissant=1F950 pretzel=1F968 pancakes=1F95E hamburger=1F354 pizza=1F355 popcorn=1F37F
        egg=1F95A sushi=1F363 ice-cream=1F368 doughnut=1F369 lollipop=1F36D""",
    "transport": """
        locomotive=1F682 bus=1F68C ambulance=1F691 tractor=1F69C motorcycle=1F3CD bicycle=1F6B2 skateboard=1F6F9
        sailboat=26F5 airplane=2708 helicopter=1F681 parachute=1FA82 rocket=1F680 anchor=2693""",
    "tools": """
        hammer=1F528 axe=1FA93 screwdriver=1FA9B scissors=2702 magnet=1F9F2 ladder=1FA9C key=1F511
        microscope=1F52C telescope=1F52D syringe=1F489 paperclip=1F4CE""",
    "clothes": """
        necktie=1F454 jeans=1F456 scarf=1F9E3 gloves=1F9E4 socks=1F9E6 dress=1F457 backpack=1F392 crown=1F451
        lipstick=1F484 ring=1F48D""",
    "music": "saxophone=1F3B7 accordion=1FA97 guitar=1F3B8 drum=1F941 maracas=1FA87 microphone=1F3A4 bell=1F514",
    "home": """
        chair=1FA91 door=1F6AA bathtub=1F6C1 broom=1F9F9 basket=1F9FA bucket=1FAA3 toothbrush=1FAA5 candle=1F56F
        umbrella=2602 television=1F4FA laptop=1F4BB""",
    "places": "castle=1F3F0 mosque=1F54C tent=26FA",
    "play": "basketball=1F3C0 kite=1FA81 yo-yo=1FA80 balloon=1F388",
}

# CLDR names some emoji after their drawing ("lion's head"), others too narrowly or with a disambiguation;
# these labels name the concept.
LABEL_FIXES = {
    "de": {"mushroom": "Pilz", "necktie": "Krawatte", "backpack": "Rucksack",
           "tornado": "Tornado", "locomotive": "Lokomotive", "camel": "Kamel"},
    "fr": {"lion": "lion", "umbrella": "parapluie", "backpack": "sac à dos", "drum": "tambour",
           "balloon": "ballon", "basketball": "basket-ball", "snowflake": "flocon de neige",
           "television": "télévision"},
    "es": {"castle": "castillo", "bread": "pan", "tent": "tienda", "backpack": "mochila",
           "snowflake": "copo de nieve"},
    "it": {"bread": "pane", "ice-cream": "gelato", "basketball": "pallacanestro", "bathtub": "vasca da bagno"},
    "ru": {"wolf": "волк", "fox": "лиса", "raccoon": "енот", "lion": "лев", "bear": "медведь", "panda": "панда",
           "koala": "коала", "frog": "лягушка", "camel": "верблюд", "balloon": "воздушный шар",
           # with the ё that a speech engine needs
           "hedgehog": "ёж", "eagle": "орёл", "airplane": "самолёт", "helicopter": "вертолёт",
           "screwdriver": "отвёртка", "toothbrush": "зубная щётка"},
}

# English labels that take no article, and those among them that are plural.
NO_ARTICLE = {"broccoli", "garlic", "bread", "popcorn", "fire", "lipstick", "sushi", "ice-cream", "basketball"}
PLURAL = {"grapes", "cherries", "pancakes", "scissors", "jeans", "gloves", "socks", "maracas"}

# CLDR tags that say nothing of the thing: function words, slang, and what artists made of its drawing.
TAG_STOP = {"order", "down", "under", "one", "up", "u", "af", "lit", "litaf", "contact", "major", "shape", "break",
            "front", "back", "bundle", "face", "rawr", "fast", "bearer", "positive", "negative"}

# {x} is the label, {ax} the label with its indefinite article, {is} agrees with it. Short on purpose: a text
# encoder for small data sees about forty bytes. Only English inflects; the others keep to frames in which
# the nominative without an article is natural.
TRAIN_SENTENCES = {
    "en": """
        look, {ax}!|my {x} {is} here|photo of {ax}|I saw {ax} today|I like the {x}|here {is} the {x}
        the {x} looks great|a picture of {ax}|we found {ax} outside|draw me {ax}, please|the {x} on the left
        do you see the {x}?|{ax} in the garden|I dreamed of {ax}|this picture shows {ax}|a small drawing of {ax}
        the old {x}|her {x} {is} red|a close-up of {ax}|{ax} on a white page|my brother drew {ax}
        there {is} {ax}|{x}, very colorful|an icon of {ax}|we all love the {x}|the {x} {is} mine
        the {x} from the story|so lovely, the {x}|a sticker with {ax}|show me the {x}|point at the {x}
        one more photo: {x}|{ax} near the river|the {x} {is} gone|please find the {x}|he painted {ax} in blue
        our {x} {is} very big|the tiny {x}|dad took the {x} home|I can hear the {x}|grandma knows the {x}
        the word is {x}|say it: {x}|yes, that's {ax}|cartoon {x}|the {x} {is} beautiful
        my favorite: {x}|I bought {ax} at noon|{x} in the morning|{ax} for my sister|cute little {x}
        the best {x} ever|no, not {ax}!|two friends and {ax}|{ax} under the tree|emoji of {ax}
        I forgot the {x} again|shiny {x} for sale|next to {ax}|the {x} {is} behind the box|half of the {x}
        they sell {ax} here|every child knows the {x}|a song about {ax}|a book about {ax}|the {x} at night
        did you draw {ax}?|it has to be {ax}|{ax} in the snow|I remember the {x}|stamp with {ax} on it
        bring the {x}|the {x} by the window|keep the {x} safe|real {x}, no joke|take the {x} with you
        we talk of the {x}|card with the {x}|the {x} made us laugh|watch the {x} now""",
    "de": """
        Schau mal: {x}|Foto: {x}|{x} im Bild|Wort des Tages: {x}|Ich sehe: {x}|Hier steht {x}|{x}, ganz klein
        Noch einmal: {x}|Das heißt {x}|Bild mit {x}|{x} auf Papier|Man nennt es {x}|Heute neu: {x}|{x} von vorn
        Mein Lieblingswort: {x}|{x}, sehr schön|Wir sagen {x}|Zeichnung: {x}|{x} in Farbe|Such mal: {x}""",
    "fr": """
        regarde : {x}|photo : {x}|image avec {x}|mot du jour : {x}|je vois : {x}|voici : {x}|{x}, tout petit
        encore une fois : {x}|ça se dit {x}|dessin : {x}|{x} sur papier|on appelle ça {x}|nouveau : {x}
        {x}, vu de face|mon mot préféré : {x}|{x}, très joli|nous disons {x}|{x} en couleur|cherche : {x}
        il a écrit {x}""",
    "es": """
        mira: {x}|foto: {x}|imagen con {x}|palabra del día: {x}|yo veo: {x}|aquí: {x}|{x}, muy chiquito
        otra vez: {x}|se llama {x}|dibujo: {x}|{x} en papel|lo llaman {x}|nuevo: {x}|{x}, visto de frente
        mi palabra favorita: {x}|{x}, muy bonito|decimos {x}|{x} en color|busca: {x}|ella escribió {x}""",
    "it": """
        guarda: {x}|foto: {x}|immagine con {x}|parola del giorno: {x}|io vedo: {x}|ecco: {x}|{x}, molto piccolo
        ancora una volta: {x}|si chiama {x}|disegno: {x}|{x} su carta|lo chiamano {x}|nuovo: {x}
        {x}, visto da davanti|la mia parola: {x}|{x}, molto bello|diciamo {x}|{x} a colori|cerca: {x}
        lei ha scritto {x}""",
    "ru": """
        смотри: {x}|фото: {x}|на картинке {x}|слово дня: {x}|я вижу: {x}|вот {x}|это {x}|маленький рисунок: {x}
        ещё раз: {x}|называется {x}|рисунок: {x}|мой ответ: {x}|новое: {x}|красиво: {x}|моё слово: {x}
        говорим «{x}»|{x} в цвете|найди: {x}|тут написано {x}|здесь {x}""",
}

# Held out. They share no template with the above and, but for function words, no vocabulary.
TEST_SENTENCES = {
    "en": """
        which {x} did you want?|where did {ax} come from?|who else has {ax}?|what about {ax}?
        nothing but {ax}|without {ax}|could that be {ax}?|either {ax} or not""",
    "de": "vielleicht {x}?|oder doch {x}?|also {x}, oder nicht?|nicht ohne {x}|warum nur {x}?|eben: {x}",
    "fr": "peut-être {x} ?|ou bien {x} ?|alors {x}, non ?|rien que {x}|pourquoi {x} ?|sinon, {x}",
    "es": "¿quizás {x}?|¿o acaso {x}?|entonces {x}, ¿no?|nada más que {x}|¿por qué {x}?|pues {x}",
    "it": "forse {x}?|oppure {x}?|allora {x}, no?|niente altro che {x}|perché {x}?|dunque {x}",
    "ru": "может быть, {x}?|или всё же {x}?|значит, {x}, да?|ничего кроме: {x}|почему {x}?|итак, {x}",
}

# language: (speaker, engine, split, voice, words a minute, pitch). espeak-ng's "+f2" is a timbre variant of
# the voice before it; espeak-ng 1.51 silently ignores it after en-gb and fr-fr, so those are named en and fr. Andrea
# is the test voice because its formants and its rhythm differ from those of the training voices: next to it, m7 and
# klatt2 are the base voice again once a spectrogram is normalised.
VOICES = {
    "en": [
        ("espeak-us", "espeak-ng", "train", "en-us", 165, 50),
        ("espeak-us-m3", "espeak-ng", "train", "en-us+m3", 150, 42),
        ("espeak-us-f4", "espeak-ng", "train", "en-us+f4", 180, 60),
        ("espeak-gb-f2", "espeak-ng", "train", "en+f2", 160, 55),
        ("espeak-rp-m7", "espeak-ng", "train", "en-gb-x-rp+m7", 175, 38),
        ("espeak-scot-f1", "espeak-ng", "train", "en-gb-scotland+f1", 155, 48),
        ("flite-slt", "flite", "train", "slt", None, None),
        ("flite-rms", "flite", "train", "rms", None, None),
        ("flite-awb", "flite", "test", "awb", None, None),
        ("espeak-carib-andrea", "espeak-ng", "test", "en-029+Andrea", 158, 50),
        ("pico-us", "svox-pico", "test-engine", "en-US", None, None),
    ],
    "de": [
        ("espeak-de", "espeak-ng", "train", "de", 165, 46),
        ("espeak-de-f2", "espeak-ng", "train", "de+f2", 178, 56),
        ("espeak-de-andrea", "espeak-ng", "test", "de+Andrea", 165, 50),
    ],
    "fr": [
        ("espeak-fr", "espeak-ng", "train", "fr", 165, 46),
        ("espeak-fr-f2", "espeak-ng", "train", "fr+f2", 178, 56),
        ("espeak-be-andrea", "espeak-ng", "test", "fr-be+Andrea", 165, 50),
    ],
    "es": [
        ("espeak-es", "espeak-ng", "train", "es", 165, 46),
        ("espeak-es-f2", "espeak-ng", "train", "es+f2", 178, 56),
        ("espeak-419-andrea", "espeak-ng", "test", "es-419+Andrea", 165, 50),
    ],
    "it": [
        ("espeak-it", "espeak-ng", "train", "it", 165, 46),
        ("espeak-it-f2", "espeak-ng", "train", "it+f2", 178, 56),
        ("espeak-it-andrea", "espeak-ng", "test", "it+Andrea", 165, 50),
    ],
    "ru": [
        ("espeak-ru", "espeak-ng", "train", "ru", 165, 46),
        ("espeak-ru-f2", "espeak-ng", "train", "ru+f2", 178, 56),
        ("espeak-ru-andrea", "espeak-ng", "test", "ru+Andrea", 165, 50),
    ],
}
