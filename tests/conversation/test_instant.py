"""The shipped instant replies, on what people really say and what a recogniser writes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from her_desktop.conversation.instant import MOST_WORDS, InstantReplies, normalised
from her_desktop.paths import assets_dir


def shipped() -> dict[str, Any]:
    data = json.loads((assets_dir() / "instant_replies.json").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


REPLIES, PROBLEMS = InstantReplies.from_dict(shipped())

KNOWN = {
    "en": {
        "greeting": [
            "Hello!",
            "hello",
            "Hi.",
            "Hi, there.",
            "Hey there!",
            "Oh, hello.",
            "Um, hi.",
            "Hello, hello.",
            "Hello, her.",
            "hello her",
            "Hello... again?",
            "  HELLO  ",
            "Hi \U0001f642",
        ],
        "good morning": ["Good morning.", "Good morning, Her!", "Hello, good morning."],
        "good evening": ["Good evening."],
        "good afternoon": ["Good afternoon!"],
        "good night": ["Good night.", "Goodnight!", "Thank you. Good night.", "Sleep well."],
        "how are you": [
            "How are you?",
            "Hello, how are you?",
            "Hi there! How are you doing today?",
            "How's it going?",
            "How\u2019s it going?",
            "So, how are you?",
            "What's up?",
        ],
        "thanks": [
            "Thank you very much.",
            "Thank you.",
            "Thanks!",
            "Okay, thanks.",
            "Thanks, thank you.",
            "All right, thank you so much.",
            "thx",
        ],
        "goodbye": [
            "Goodbye.",
            "Good bye!",
            "Bye-bye.",
            "Okay, thanks, bye.",
            "See you tomorrow.",
            "Bye. See you later.",
            "Have a nice day!",
        ],
        "hearing": [
            "Can you hear me?",
            "can you hear me",
            "Hello? Can you hear me?",
            "Hello, hello, can you hear me now?",
            "Is this thing on?",
        ],
        "presence": [
            "Are you there?",
            "Hey her, are you still there?",
            "Are you listening?",
            "Hello, is anybody there?",
            "Her, are you there?",
        ],
        "ready": ["Are you ready?", "Ready?"],
        "may I ask": ["Can I ask you a question?", "Hi, can I ask you something?"],
        "stop": [
            "Stop.",
            "Stop!",
            "Stop, please.",
            "Please stop.",
            "Stop, stop, stop!",
            "Be quiet.",
        ],
        "never mind": ["Never mind.", "Nevermind.", "No, never mind.", "Uh, forget it."],
        "wait": ["Wait.", "Wait a minute.", "Hold on.", "Just a second."],
        "test": [
            "Test.",
            "Testing.",
            "Testing, one, two, three.",
            "Testing 1, 2, 3.",
            "Test, test.",
            "This is a test.",
            "Mic check. One, two.",
        ],
        "who are you": [
            "Who are you?",
            "What is your name?",
            "What's your name?",
            "Hello, what\u2019s your name?",
            "Who am I talking to?",
        ],
        "called": ["Her?", "Hey, her."],
        "nice to meet you": ["Nice to meet you.", "Hello, nice to meet you!"],
        "well done": ["Well done!", "Good job."],
        "back again": ["I'm back.", "Hello, I'm home!"],
    },
    "fr": {
        "bonjour": [
            "Bonjour !",
            "Bonjour.",
            "Salut\u00a0!",
            "Coucou.",
            "Euh, bonjour.",
            "Bonjour, bonjour.",
            "Bonjour, Her.",
            "All\u00f4 ?",
            "Allo?",
            "Bonjour Her",
        ],
        "bonsoir": ["Bonsoir.", "Bonjour, bonsoir."],
        "bonne nuit": ["Bonne nuit.", "Merci, bonne nuit.", "Dors bien."],
        "comment \u00e7a va": [
            "\u00c7a va ?",
            "Ca va\u00a0?",
            "Comment \u00e7a va ?",
            "Comment ca va",
            "Bonjour, comment allez-vous ?",
            "Salut, \u00e7a va ?",
            "Comment vas-tu ?",
            "Alors, tu vas bien ?",
            "Est-ce que \u00e7a va ?",
        ],
        "merci": [
            "Merci.",
            "Merci beaucoup !",
            "Merci bien.",
            "D'accord, merci.",
            "Bon, merci.",
            "Je te remercie.",
            "Merci, c'est gentil.",
            "Merci \u00e0 toi.",
        ],
        "au revoir": [
            "Au revoir.",
            "\u00c0 bient\u00f4t !",
            "A bientot",
            "Merci, au revoir.",
            "Bonne journ\u00e9e.",
            "Au revoir, \u00e0 demain.",
            "Merci, bonne soir\u00e9e !",
        ],
        "entendre": [
            "Tu m'entends ?",
            "Tu m\u2019entends ?",
            "Est-ce que tu m'entends bien ?",
            "Bonjour, est-ce que vous m'entendez ?",
            "All\u00f4 ? Tu m'entends ?",
            "M'entends-tu ?",
        ],
        "pr\u00e9sence": [
            "Tu es l\u00e0 ?",
            "T'es l\u00e0 ?",
            "Es-tu la ?",
            "Il y a quelqu'un ?",
            "Y a-t-il quelqu'un ?",
            "H\u00e9 Her, tu es l\u00e0 ?",
        ],
        "pr\u00eate": ["Tu es pr\u00eate ?", "Pr\u00eate ?"],
        "une question": ["Je peux te poser une question ?", "J'ai une question."],
        "arr\u00eater": [
            "Stop.",
            "Arr\u00eate !",
            "Arr\u00eate, s'il te pla\u00eet.",
            "Tais-toi.",
            "Non, arr\u00eate.",
            "\u00c7a suffit.",
            "Chut !",
        ],
        "laisser tomber": ["Laisse tomber.", "Non, laisse tomber.", "Oublie \u00e7a.", "Tant pis."],
        "attendre": ["Attends.", "Attends une seconde.", "Un instant, s'il vous pla\u00eet."],
        "essai": [
            "Test.",
            "Ceci est un test.",
            "Test, un, deux, trois.",
            "Un, deux, un, deux.",
            "Test micro.",
        ],
        "qui es-tu": [
            "Qui es-tu ?",
            "Tu es qui ?",
            "Comment tu t'appelles ?",
            "Bonjour, comment vous appelez-vous ?",
            "C'est quoi ton nom ?",
        ],
        "appel\u00e9e": ["Her ?", "H\u00e9, Her !"],
        "enchant\u00e9e": ["Enchant\u00e9.", "Bonjour, enchant\u00e9e."],
        "bravo": ["Bravo !", "Bien jou\u00e9."],
        "de retour": ["Je suis de retour.", "Me revoil\u00e0 !"],
    },
}

UNKNOWN = {
    "en": [
        "",
        "...",
        "Um.",
        "Please.",
        "Hello, what's the weather?",
        "Thanks, and what about tomorrow?",
        "Thank you for the explanation, but why?",
        "Good morning, what day is it?",
        "Hi, tell me a joke.",
        "Hello world in Python, please.",
        "Hello from the other side.",
        "How are you able to hear me?",
        "How are you going to help me?",
        "How are volcanoes made?",
        "Can you hear me breathing?",
        "Can you hear music?",
        "Can you hear her?",
        "Are you there in the morning?",
        "Are you there, God? It's me, Margaret.",
        "Stop the timer.",
        "Stop her.",
        "Stop talking about cats.",
        "Do not stop.",
        "Don't stop.",
        "Test her on French verbs.",
        "Test me on history.",
        "This is a test of patience, is it not?",
        "Never mind the weather.",
        "Never mind, what time is it?",
        "Wait, why is that?",
        "Wait, no.",
        "Who are you voting for?",
        "Who are your parents?",
        "What is your name in French?",
        "What's your name mean?",
        "What is your opinion?",
        "Who is she?",
        "Yes.",
        "No.",
        "Okay.",
        "Sure.",
        "No, thanks.",
        "No, thank you.",
        "And you?",
        "How about you?",
        "Nothing.",
        "Maybe.",
        "One minute.",
        "Morning.",
        "Goodbye to all that is a book by whom?",
        "How do you say goodbye in Spanish?",
        "Say hello.",
        "Say thank you to my mother.",
        "Hello, how are you and what's new in physics?",
        "How are you? What can you do?",
        "I'm fine, thank you.",
        "Thank you, I'm fine.",
        "Not so good.",
        "See you tomorrow at eight?",
        "Have a nice day is a strange phrase.",
        "Good night is a film.",
        "Why did you stop?",
        "Sorry?",
        "What?",
        "Pardon?",
        "Is it nice to meet you?",
        "I'm back from Paris and tired.",
        "Ready.",
        "That.",
        "Her name is Anna.",
        "Hey, her name is Anna.",
        "Can you hear me, and can you see me as well through the camera on my desk?",
        "Merci.",
        "Bonjour.",
    ],
    "fr": [
        "",
        "Euh.",
        "S'il te pla\u00eet.",
        "Bonjour, quel temps fait-il ?",
        "Merci, et demain ?",
        "Merci, mais pourquoi ?",
        "Salut, raconte-moi une blague.",
        "Bonjour tristesse, c'est de qui ?",
        "\u00c7a va.",
        "Ca va",
        "\u00c7a va pleuvoir ?",
        "Comment \u00e7a va finir ?",
        "Comment \u00e7a va \u00e0 Paris ?",
        "Comment \u00e7a s'\u00e9crit ?",
        "Comment vas-tu m'aider ?",
        "Tu m'entends respirer ?",
        "Tu m'entends quand je chante ?",
        "Tu es l\u00e0 pour quoi faire ?",
        "Tu es l\u00e0 demain ?",
        "Stop au gaspillage, c'est quoi ?",
        "Arr\u00eate le minuteur.",
        "Arr\u00eate de fumer, comment faire ?",
        "N'arr\u00eate pas.",
        "Ne t'arr\u00eate pas.",
        "Laisse tomber la neige, qui chante \u00e7a ?",
        "Laisse-moi tranquille.",
        "Oublie ce que j'ai dit et recommence.",
        "Attends, pourquoi ?",
        "Attends, non.",
        "Qui es-tu pour me dire \u00e7a ?",
        "Qui est-il ?",
        "Qui est le pr\u00e9sident ?",
        "Quel est ton avis ?",
        "Quel est ton nom en anglais ?",
        "Comment s'appelle cette fleur ?",
        "Oui.",
        "Non.",
        "D'accord.",
        "Okay.",
        "Non merci.",
        "Non, merci.",
        "Et toi ?",
        "Et vous ?",
        "Rien.",
        "Peut-\u00eatre.",
        "Deux minutes.",
        "Peu importe.",
        "Le matin.",
        "Dis bonjour.",
        "Comment dit-on bonjour en chinois ?",
        "Comment dit-on merci en japonais ?",
        "Bonjour, \u00e7a va et quoi de neuf en physique ?",
        "Je vais bien, merci.",
        "Tr\u00e8s bien, merci.",
        "Merci, je vais bien.",
        "Pas tr\u00e8s bien.",
        "\u00c0 demain huit heures ?",
        "Bonne nuit les petits, c'\u00e9tait quand ?",
        "Test de grossesse, comment \u00e7a marche ?",
        "Un, deux, trois, soleil.",
        "Quoi ?",
        "Pardon ?",
        "Bravo \u00e0 qui ?",
        "Je suis de retour de Lyon et fatigu\u00e9.",
        "Pr\u00eate.",
        "Thank you.",
        "Good morning.",
        "Tu m'entends, et est-ce que tu me vois aussi avec la cam\u00e9ra du bureau ?",
    ],
}

SAID = [
    (language, name, text)
    for language, entries in KNOWN.items()
    for name, texts in entries.items()
    for text in texts
]
LEFT = [(language, text) for language, texts in UNKNOWN.items() for text in texts]


@pytest.mark.parametrize(("language", "name", "text"), SAID)
def test_what_needs_no_thought_is_answered(language: str, name: str, text: str) -> None:
    found = REPLIES.find(text, language)
    assert found is not None
    assert (found.name, found.language) == (name, language)
    assert (language, found.text) in REPLIES.answers()


@pytest.mark.parametrize(("language", "text"), LEFT)
def test_what_asks_for_thought_is_left_to_the_model(language: str, text: str) -> None:
    assert REPLIES.find(text, language) is None


def test_the_shipped_file_is_whole() -> None:
    assert PROBLEMS == ()
    data = shipped()
    for language in ("en", "fr"):
        entries = data[language]
        assert len(entries) >= 12
        assert {entry["name"] for entry in entries} == set(KNOWN[language])
        for entry in entries:
            assert len(entry["answers"]) >= 2
            assert all(len(answer) <= 60 for answer in entry["answers"])
            for phrase in entry["phrases"]:
                found = REPLIES.find(phrase, language)
                assert found is not None
                assert found.name == entry["name"], phrase


def test_an_answer_is_never_heard_twice_in_a_row() -> None:
    replies, _ = InstantReplies.from_dict(shipped())
    last = ""
    for text in ["Hello!"] * 9 + ["Stop.", "Never mind."] * 9 + ["Thanks."] * 9:
        found = replies.find(text, "en")
        assert found is not None
        assert found.text != last
        replies.said(found)
        last = found.text


def test_all_variants_take_their_turn() -> None:
    replies, _ = InstantReplies.from_dict(shipped())
    heard = []
    for _ in range(8):
        found = replies.find("Hello!", "en")
        assert found is not None
        heard.append(found.text)
        replies.said(found)
    assert heard[:4] == heard[4:]
    assert len(set(heard)) == 4


def test_the_same_words_of_another_entry_are_not_repeated() -> None:
    data = {
        "en": [
            {"name": "a", "phrases": ["a"], "answers": ["Yes."]},
            {"name": "b", "phrases": ["b"], "answers": ["Yes.", "I am here."]},
        ]
    }
    replies, _ = InstantReplies.from_dict(data)
    first = replies.find("a", "en")
    assert first is not None
    replies.said(first)
    second = replies.find("b", "en")
    assert second is not None
    assert second.text == "I am here."


def test_a_guess_that_is_never_heard_does_not_move_the_variants_on() -> None:
    replies, _ = InstantReplies.from_dict(shipped())
    found = [replies.find("Hello!", "en") for _ in range(5)]
    assert len(set(found)) == 1


def test_languages_are_kept_apart_and_regions_do_not_matter() -> None:
    assert REPLIES.find("Hello!", "de") is None
    assert REPLIES.find("Hello!", "") is None
    found = REPLIES.find("Merci.", "fr-CA")
    assert found is not None
    assert found.language == "fr"


def test_every_answer_can_be_prepared_once() -> None:
    answers = REPLIES.answers()
    assert len(answers) == len(set(answers))
    written = {
        (language, answer)
        for language in ("en", "fr")
        for entry in shipped()[language]
        for answer in entry["answers"]
    }
    assert set(answers) == written


def test_a_users_own_persona_speaks_for_itself() -> None:
    without = REPLIES.without_self()
    assert without.find("Who are you?", "en") is None
    assert without.find("Comment tu t'appelles ?", "fr") is None
    assert without.find("Hello!", "en") is not None
    assert not any("I'm Her" in text for _, text in without.answers())


def test_words_are_compared_without_what_a_recogniser_may_add() -> None:
    assert normalised("What\u2019s  UP, \u0152uvre-l\u00e0?!") == (
        "what",
        "s",
        "up",
        "oeuvre",
        "la",
    )


GOOD = {"name": "hello", "phrases": ["hello"], "answers": ["Hi."]}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "could not be read"),
        ("text", "could not be read"),
        ({"en": [GOOD], "fr": "bonjour"}, "fr are no list"),
        ({"en": [GOOD, 7]}, "number 2 (en) has no name"),
        ({"en": [GOOD, {"phrases": ["x"], "answers": ["y"]}]}, "number 2 (en) has no name"),
        ({"en": [GOOD, {"name": "x", "phrases": ["x"]}]}, "x (en) needs phrases and answers"),
        ({"en": [GOOD, {"name": "x", "phrases": ["?!"], "answers": ["y"]}]}, "needs phrases"),
        ({"en": [GOOD, {"name": "x", "phrases": "x", "answers": ["y"]}]}, "needs phrases"),
        ({"en": [GOOD, {"name": "x", "phrases": ["x", 3], "answers": ["y"]}]}, "is no text"),
        ({"en": [GOOD, GOOD]}, "Two instant replies are named hello"),
        (
            {"en": [GOOD, {"name": "x", "phrases": ["Hello!", "x"], "answers": ["y"]}]},
            "Hello! (en) is already answered by hello",
        ),
        (
            {"en": [GOOD, {"name": "x", "phrases": ["a " * (MOST_WORDS + 1)], "answers": ["y"]}]},
            "too long",
        ),
    ],
)
def test_a_broken_line_spoils_nothing_but_itself(data: object, problem: str) -> None:
    replies, problems = InstantReplies.from_dict(data)
    assert len(problems) == 1
    assert problem in problems[0]
    assert problems[0].endswith(".")
    found = replies.find("Hello.", "en")
    if isinstance(data, dict):
        assert found is not None
        assert found.text == "Hi."
    else:
        assert found is None
        assert replies.answers() == ()
    for text in ("x", "y"):
        # Salvaged where it had enough left to be used.
        kept = replies.find(text, "en")
        assert kept is None or kept.name == "x"


def test_remarks_in_the_file_are_no_language() -> None:
    replies, problems = InstantReplies.from_dict({"_about": "a remark", "en": [GOOD]})
    assert problems == ()
    assert replies.answers() == (("en", "Hi."),)


def test_a_language_nobody_foresaw_works_as_well() -> None:
    entry = {"name": "hallo", "opens": True, "phrases": ["hallo"], "answers": ["Hallo."]}
    replies, problems = InstantReplies.from_dict({"de": [entry]})
    assert problems == ()
    assert replies.find("\u00c4hm, hallo", "de") is None
    assert replies.find("Hm, hallo, her!", "de") is not None
