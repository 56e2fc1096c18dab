"""When a silence is long enough: the words, the user's habit, and the delay made of both."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from her_desktop.conversation.turn_end import (
    LONGEST_DELAY,
    SHORTEST_DELAY,
    PauseHabit,
    completeness,
    delay,
    raised,
)

FRESH = PauseHabit()


def paused(*durations: float) -> PauseHabit:
    habit = FRESH
    for duration in durations:
        habit = habit.after_pause(duration)
    return habit


HESITANT = paused(*[0.6, 0.8] * 10)


# --- the words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "What is the weather like in the mountains?",
        "What's the weather like?",
        "Tell me a joke.",
        "Yes.",
        "Stop.",
        "Thank you.",
        "Never mind!",
        "I think so.",
        "Tell me what you are thinking of.",
        "That is all I wanted to know.",
        "What are you up to?",
        "Where do you come from?",
        "Of course not.",
        "If it rains tomorrow, we can stay at home.",
        "In the evening, I usually read a book.",
        "I would like to hear some music.",
        "I was wondering how tomatoes grow.",
        "My tea is cold, please warm it up.",
        "And what about tomorrow?",
        "Let me think. Ten is enough.",
        "Turn it on.",
        "Is that so?",
    ],
)
def test_complete_in_english(text: str) -> None:
    assert completeness(text, "en") >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "I want to go to the.",
        "Turn on the lights and.",
        "I am late because.",
        "Could you tell me...",
        "Could you? Could you?",
        "Can I?",
        "Could you tell me…",
        "Well, the thing is —",
        "First of all,",
        "Put it on my",
        "I need.",
        "So my question is",
        "Please remind me to.",
        "Send a message to.",
        "I would like to hear something by",
        "Um.",
        "I was thinking, um.",
        "I don't know if you.",
        "And so my fellow Americans.",
        "She told me that the sh-",
    ],
)
def test_unfinished_in_english_whatever_the_mark(text: str) -> None:
    assert completeness(text, "en") <= 0.2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It rained for a while.", "en"),
        ("My sister lives in Berlin.", "en"),
        ("The train leaves at half past nine.", "en"),
        ("My computer is very slow today.", "en"),
        ("Hello. I have a new bicycle.", "en"),
        ("Mon ordinateur est très lent aujourd'hui.", "fr"),
        ("J'ai acheté un vélo hier.", "fr"),
    ],
)
def test_a_sentence_that_only_tells_leaves_time_for_what_is_wanted(
    text: str, language: str
) -> None:
    assert 0.65 < delay(0.95, text, language, FRESH, 0.7) < 0.9
    assert delay(0.95, f"{text[:-1]}?", language, FRESH, 0.7) < 0.4


@pytest.mark.parametrize(
    "text",
    [
        "If it rains tomorrow.",
        "When I was a child.",
        "Because I was late.",
        "By the way.",
        "In the evening.",
        "My friend Peter.",
        "Is this the name of?",
        "You know.",
    ],
)
def test_perhaps_only_begun_in_english(text: str) -> None:
    assert completeness(text, "en") <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Quel temps fait-il demain ?",
        "Raconte-moi une histoire.",
        "Oui.",
        "Merci beaucoup !",
        "Arrête-la.",
        "Qu'est-ce que c'est ?",
        "Tu viens quand ?",
        "Comment ça va ?",
        "S'il te plaît.",
        "Plus tard, peut-être.",
        "Où est-ce qu’il habite ?",
        "Je voudrais écouter de la musique.",
        "Si tu veux, on peut rester ici.",
    ],
)
def test_complete_in_french(text: str) -> None:
    assert completeness(text, "fr") >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais acheter un.",
        "Pourriez-vous ?",
        "Je suis en retard parce que.",
        "Allume la lumière et.",
        "Euh.",
        "Je crois que, euh.",
        "C'est la maison de.",
        "Est-ce que tu…",
        "Donne-moi le",
        "Il faut.",
        "Je pense qu'il.",
        "Du coup,",
    ],
)
def test_unfinished_in_french_whatever_the_mark(text: str) -> None:
    assert completeness(text, "fr") <= 0.3


def test_a_language_is_judged_by_its_own_words() -> None:
    assert completeness("Das ist die.", "en") == completeness("Das ist die.", "de")
    assert completeness("We saw le.", "fr") < completeness("We saw le.", "en")


@pytest.mark.parametrize("language", ["de", "ja", ""])
def test_in_other_languages_the_marks_have_to_do(language: str) -> None:
    grades = [completeness(f"Ja so{mark}", language) for mark in ("…", "", ".", "?")]
    assert grades == sorted(set(grades))


def test_fullwidth_marks_count() -> None:
    assert completeness("元気ですか？", "ja") == completeness("Ça va bien ?", "xx")  # noqa: RUF001
    assert completeness("はい、", "ja") < completeness("はい。", "ja")


@pytest.mark.parametrize("text", ["", "  ", "...", "?"])
def test_no_words_say_nothing(text: str) -> None:
    assert 0.0 < completeness(text, "en") < 0.8


def test_what_was_said_before_the_last_sentence_is_complete() -> None:
    assert completeness("I have a dog. What should I feed", "en") < 0.8
    assert completeness("I like the. No, forget it.", "en") == completeness("Forget it.", "en")


# --- the delay ---------------------------------------------------------------------------------


def test_two_sure_judges_are_quick() -> None:
    assert delay(0.98, "What is the weather like in the mountains?", "en", FRESH) < 0.2
    assert delay(0.98, "Tell me a joke.", "en", FRESH) <= 0.25
    assert delay(1.0, "Stop.", "en", FRESH) < 0.15


def test_one_sure_judge_is_not_enough() -> None:
    assert delay(1.0, "Turn on the lights and", "en", FRESH) >= 0.9
    assert delay(1.0, None, "en", FRESH) >= 0.5
    assert delay(0.01, "Tell me a joke.", "en", FRESH) >= 0.8
    assert delay(None, "Tell me a joke.", "en", FRESH) >= 0.6


def test_a_question_the_detector_missed_does_not_wait_for_ever() -> None:
    assert 0.4 <= delay(0.01, "What's the weather like?", "en", FRESH) <= 0.7


def test_before_anybody_has_spoken_it_waits() -> None:
    waits = delay(None, None, "en", FRESH)
    assert waits >= 0.6
    assert waits > delay(None, "What time is it?", "en", FRESH)
    assert waits > delay(0.98, None, "en", FRESH)


@pytest.mark.parametrize("text", [None, "", "Turn on the", "We saw it.", "Who was it?", "Stop."])
@pytest.mark.parametrize("habit", [FRESH, HESITANT])
def test_a_surer_detector_never_waits_longer(text: str | None, habit: PauseHabit) -> None:
    delays = [delay(step / 20, text, "en", habit) for step in range(21)]
    assert all(later <= earlier for earlier, later in pairwise(delays))
    assert SHORTEST_DELAY <= delays[-1] <= delays[0] <= LONGEST_DELAY


@pytest.mark.parametrize("probability", [-1.0, 7.0, math.nan, math.inf])
def test_a_wild_probability_stays_within_bounds(probability: float) -> None:
    assert SHORTEST_DELAY <= delay(probability, "Stop.", "en", FRESH) <= LONGEST_DELAY


def test_the_language_model_can_only_add_doubt() -> None:
    text = "Please remind me to call."
    without = delay(0.99, text, "en", FRESH)
    assert delay(0.99, text, "en", FRESH, 0.0008) >= 0.85
    assert delay(0.99, text, "en", FRESH, 0.5) == without
    assert delay(0.99, "Turn on the", "en", FRESH, 0.9) == delay(0.99, "Turn on the", "en", FRESH)
    assert delay(0.99, text, "en", FRESH, 0.0) <= LONGEST_DELAY


def test_a_phrase_known_to_be_complete_needs_no_language_model() -> None:
    assert delay(0.95, "Thank you.", "en", FRESH, 0.0001) < 0.2


# --- the habit ---------------------------------------------------------------------------------


def test_a_user_who_pauses_is_waited_for() -> None:
    doubtful = delay(0.6, "Go to the market.", "en", FRESH)
    assert delay(0.6, "Go to the market.", "en", HESITANT) > doubtful + 0.1


def test_the_sure_range_hardly_moves() -> None:
    for text in ("Tell me a joke.", "What time is it?", "Stop."):
        assert delay(0.98, text, "en", HESITANT) - delay(0.98, text, "en", FRESH) < 0.03


def test_a_user_of_short_pauses_gets_the_quick_end() -> None:
    habit = paused(*[0.3] * 30)
    for probability in (0.1, 0.5, 0.7, 0.95):
        quick = delay(probability, "Go to the market.", "en", FRESH)
        assert delay(probability, "Go to the market.", "en", habit) - quick < 0.02


def test_a_habit_never_shortens_and_never_passes_the_bound() -> None:
    endless = paused(*[30.0] * 50)
    for tenth in range(1, 13):
        seconds = tenth / 10
        assert max(seconds, SHORTEST_DELAY) <= raised(seconds, endless) <= LONGEST_DELAY


def test_the_habit_follows_the_user() -> None:
    habit = paused(*[0.4] * 20)
    assert habit.mean == pytest.approx(0.4)
    assert habit.reach() == pytest.approx(0.4)
    slower = habit
    for _ in range(40):
        slower = slower.after_pause(0.9)
    assert slower.mean == pytest.approx(0.9, abs=0.02)


def test_uneven_pauses_reach_further_than_even_ones() -> None:
    even, uneven = paused(*[0.6] * 20), paused(*[0.3, 0.9] * 10)
    assert uneven.reach() > even.reach() + 0.1


def test_the_gaps_of_speaking_are_no_pauses() -> None:
    assert paused(0.05, 0.1, 0.2, -1.0, math.nan) == FRESH


def test_being_cut_off_teaches_more_than_pausing() -> None:
    habit = paused(*[0.3] * 20)
    assert habit.after_cut_off(0.8).mean > habit.after_pause(0.8).mean + 0.05
    assert FRESH.after_cut_off(0.7).trust() > FRESH.after_pause(0.7).trust()
    assert FRESH.after_cut_off(0.2).count > 0
    assert habit.after_cut_off(math.nan) == habit


def test_the_first_pauses_are_believed_little() -> None:
    trusts = [paused(*[0.6] * count).trust() for count in range(10)]
    assert trusts[0] == 0.0
    assert all(later > earlier for earlier, later in pairwise(trusts))
    assert trusts[-1] < 1.0


def test_a_habit_is_kept_and_read_back() -> None:
    assert PauseHabit.from_dict(HESITANT.to_dict()) == HESITANT
    assert PauseHabit.from_dict(FRESH.to_dict()) == FRESH


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        [],
        "habit",
        {},
        {"mean": "0.5", "deviation": 0.1, "count": 3},
        {"mean": math.nan, "deviation": 0.1, "count": 3},
        {"mean": math.inf, "deviation": 0.1, "count": 3},
        {"mean": -0.5, "deviation": 0.1, "count": 3},
        {"mean": 10**400, "deviation": 0.1, "count": 3},
        {"mean": True, "deviation": 0.1, "count": 3},
        {"mean": 0.5, "deviation": 0.1, "count": -3},
        {"mean": 0.5, "deviation": 0.1, "count": 2.5},
        {"mean": 0.5, "deviation": 0.1, "count": True},
        {"mean": 0.5, "deviation": 0.1},
    ],
)
def test_garbage_is_a_fresh_habit(garbage: object) -> None:
    assert PauseHabit.from_dict(garbage) == FRESH


def test_what_can_be_read_is_kept() -> None:
    habit = PauseHabit.from_dict({"mean": 0.5, "deviation": "much", "count": 8, "colour": "red"})
    assert habit == PauseHabit(0.5, 0.0, 8)
