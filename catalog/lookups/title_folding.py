"""Titles without what people spell differently: case, accents, numbers, hyphens, umlauts."""

import re
import unicodedata
from typing import Final

_ARTICLES: Final = frozenset(
    (
        *("the", "a", "an"),
        *("le", "la", "les", "l", "un", "une"),
        *("der", "die", "das", "ein", "eine"),
        *("el", "los", "las", "il", "lo", "gli", "i", "uno", "una", "o", "os", "um", "uma"),
        *("de", "het", "een", "en", "ett", "den", "det"),
    )
)
_LETTERS: Final = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"},
        **{"þ": "th", "æ": "ae", "œ": "oe", "&": " and "},
    }
)
_FRACTIONS: Final = str.maketrans(
    {"½": " 1 2 ", "¼": " 1 4 ", "¾": " 3 4 ", "¹": " 1 ", "²": " 2 ", "³": " 3 "}
)
_NUMERALS: Final = (
    *("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"),
    *("x", "xi", "xii", "xiii", "xiv", "xv", "xvi"),
)
_ROMAN: Final = {numeral: str(number) for number, numeral in enumerate(_NUMERALS, start=2)}
_COUNTED: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_IN_LETTERS: Final = {word: str(number) for number, word in enumerate(_COUNTED, start=1)}
_PARTS: Final = {
    **{"part": "part", "pt": "part", "episode": "episode", "ep": "episode"},
    **{"volume": "volume", "vol": "volume", "chapter": "chapter", "teil": "teil"},
}
_UMLAUT: Final = re.compile(r"(?<=[aou])e")
_LEAST_WITH_UMLAUT: Final = 4
_NO_SPACES: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_ELISION: Final = re.compile(r"^l['’]")
_APOSTROPHES: Final = re.compile(r"['’‘`´]")
_NO_WORD: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The words of a title without case, accents and punctuation, parted by single spaces.

    >>> folded("L'Année dernière à Marienbad"), folded("Dr. Strangelove & Co.")
    ('l annee derniere a marienbad', 'dr strangelove and co')
    """
    if text.isascii():  # as most of a million titles are: there is nothing to take apart
        text = text.lower().replace("&", " and ")
    else:
        text = unicodedata.normalize("NFKD", text.translate(_FRACTIONS)).casefold()
        text = unicodedata.normalize("NFKD", text).translate(_LETTERS)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _APOSTROPHES.sub("", _ELISION.sub("l ", text))
    return _NO_WORD.sub(" ", text).strip()


def bare(words: str) -> str:
    """Folded words without a leading article, unless nothing else is there.

    >>> bare("the matrix"), bare("die hard"), bare("the")
    ('matrix', 'hard', 'the')
    """
    first, _, rest = words.partition(" ")
    return rest if rest and first in _ARTICLES else words


def numbered(words: str) -> str:
    """Folded words with their numbers in digits: Roman ones but at the beginning and "i", and
    words behind part, episode, volume or chapter.

    >>> numbered("rocky iii"), numbered("kill bill vol two"), numbered("v for vendetta")
    ('rocky 3', 'kill bill volume 2', 'v for vendetta')
    """
    found: list[str] = []
    for place, word in enumerate(words.split()):
        behind = found[-1] if found else ""
        if behind in _PARTS.values() and word in ("i", *_IN_LETTERS):
            found.append(_IN_LETTERS.get(word, "1"))
        elif place and word in _ROMAN:
            found.append(_ROMAN[word])
        else:
            found.append(_PARTS.get(word, word) if place else word)
    return " ".join(found)


def spelling(words: str) -> str:
    """Folded words as one, without a leading article, numbers in digits, umlauts without their e.

    >>> spelling("spider man"), spelling("the x men"), spelling("oedipussi"), spelling("alien 3")
    ('spiderman', 'xmen', 'odipussi', 'alien3')
    """
    return "".join(
        _UMLAUT.sub("", word) if len(word) >= _LEAST_WITH_UMLAUT else word
        for word in numbered(bare(words)).split()
    )


def without_spaces(word: str) -> bool:
    """Return whether a word is of a script that parts no words, so that it may stand in a longer
    one: Chinese, Japanese, Thai, Lao, Burmese and Khmer.

    >>> without_spaces("物語"), without_spaces("heat")
    (True, False)
    """
    return _NO_SPACES.search(word) is not None
