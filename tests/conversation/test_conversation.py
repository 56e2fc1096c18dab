"""The conversation as a list of events in and a list of commands out: no threads, no clock."""

from __future__ import annotations

import pytest
from talk import SOUND, Talk

from her_desktop.conversation.commands import (
    Cancel,
    Capture,
    Command,
    CutCapture,
    EndCapture,
    FinishPlayback,
    Play,
    SetMicrophone,
    SetTimer,
    Speak,
    StopPlayback,
    Think,
    Transcribe,
)
from her_desktop.conversation.conversation import PRE_ROLL
from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    ListenMode,
    ListenModeRequested,
    MessageAccepted,
    MuteRequested,
    Noticed,
    Origin,
    PlaybackFinished,
    PlaybackStarted,
    PlaybackStopped,
    RepeatRequested,
    SentenceFormed,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
    StopRequested,
    TalkPressed,
    TextSubmitted,
    TimerFired,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WorkFailed,
    WorkFinished,
)
from her_desktop.conversation.hearing import TAIL
from her_desktop.conversation.history import Message


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_holding_the_key_captures_from_before_the_press(talk: Talk) -> None:
    assert talk.tell(TalkPressed(at=5.0)) == [SetTimer("talk-press", 5.03)]
    commands = talk.tell(TimerFired(at=5.03, name="talk-press"))
    assert commands[0] == Capture(5.0 - PRE_ROLL, Origin.PUSH_TO_TALK)
    assert talk.state == "listening"
    assert talk.published(SpeechStarted)[0].started_at == 5.0 - PRE_ROLL


def test_a_whole_spoken_turn(talk: Talk) -> None:
    turn = talk.ask_by_voice()
    assert talk.all(CutCapture) == [CutCapture(2.0), CutCapture(2.0 + TAIL)]
    assert talk.last(EndCapture)
    assert talk.last(Think).messages == (
        Message("system", "Be kind."),
        Message("user", "What is the time?"),
    )
    assert talk.published(MessageAccepted)[0].text == "What is the time?"
    assert talk.state == "thinking"

    talk.answer(turn, "It is noon.", " Time to eat.")
    assert talk.all(Speak) == [Speak(turn, 0, "It is noon."), Speak(turn, 1, "Time to eat.")]
    assert [play.turn for play in talk.all(Play)] == [turn, turn]
    assert talk.all(FinishPlayback) == [FinishPlayback(turn)]

    talk.tell(PlaybackStarted(at=3.1, turn=turn, audible_at=3.11))
    assert talk.state == "speaking"
    talk.tell(PlaybackFinished(at=5.1, turn=turn, played=2.0))
    assert talk.state == "idle"
    assert talk.conversation.history.messages == (
        Message("user", "What is the time?"),
        Message("assistant", "It is noon. Time to eat."),
    )
    ended = talk.published(TurnEnded)[-1]
    assert (ended.reason, ended.heard) == (EndReason.FINISHED, "It is noon. Time to eat.")


def test_work_begins_before_the_grace_is_over_and_is_heard_only_after(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    turn = talk.last(Transcribe).turn
    talk.tell(Transcribed(at=2.1, turn=turn, text="Hello", language="en"))
    talk.tell(WorkFinished(at=2.1, turn=turn, stage=Stage.STT))
    talk.answer(turn, "Hi.")
    assert not talk.all(Play)
    assert not talk.published(MessageAccepted)
    talk.grace_over(2.0)
    talk.tail(2.0)
    assert [play.turn for play in talk.all(Play)] == [turn]
    assert talk.all(FinishPlayback) == [FinishPlayback(turn)]
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn]
    assert talk.published(MessageAccepted)[0].text == "Hello"


def test_a_press_within_the_grace_takes_the_release_back(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    guess = talk.last(Transcribe).turn
    talk.tell(TalkPressed(at=2.04))
    assert talk.last(Cancel) == Cancel(guess)
    assert talk.state == "listening"
    assert not talk.all(EndCapture)
    talk.release(3.0)
    talk.sound(3.0)
    talk.grace_over(3.0)
    talk.tail(3.0)
    assert [event.turn for event in talk.published(TurnCommitted)] == [guess + 1]


def test_sound_that_answers_a_cut_taken_back_is_ignored(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.tell(TalkPressed(at=2.04))
    talk.release(3.0)
    talk.sound(2.0)
    assert not talk.all(Transcribe)
    talk.sound(3.0)
    assert len(talk.all(Transcribe)) == 1


def test_sound_may_arrive_after_the_grace(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.grace_over(2.0)
    assert talk.state == "thinking"
    talk.sound(2.0)
    talk.tail(2.0)
    assert [event.turn for event in talk.published(TurnCommitted)] == [talk.last(Transcribe).turn]
    assert talk.last(EndCapture)


def test_who_speaks_on_after_the_release_is_understood_whole(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    guess = talk.last(Transcribe).turn
    talk.grace_over(2.0)
    talk.tail(2.0, spoke_on=0.045)
    assert talk.last(Cancel) == Cancel(guess)
    assert talk.last(Transcribe).turn == guess + 1
    assert [event.turn for event in talk.published(TurnCommitted)] == [guess + 1]


def pause(talk: Talk, at: float, ended_at: float) -> list[Command]:
    """Let the listener notice a pause at `at` in speech that ended at `ended_at`."""
    return talk.tell(SpeechPaused(at=at, pcm=SOUND, until=at, speech_ended_at=ended_at))


def test_a_pause_before_the_release_is_worked_on_and_the_release_only_commits(talk: Talk) -> None:
    talk.press(1.0)
    pause(talk, 1.8, 1.7)
    assert talk.state == "listening"
    turn = talk.last(Transcribe).turn
    talk.tell(Transcribed(at=1.9, turn=turn, text="Hello", language="en"))
    talk.tell(WorkFinished(at=1.9, turn=turn, stage=Stage.STT))
    talk.answer(turn, "Hi.", at=1.95)
    assert not talk.all(Play), "nothing sounds while the key is held"
    talk.release(2.0)
    talk.tell(SpeechPaused(at=2.06, pcm=SOUND, until=2.0, speech_ended_at=1.7))
    talk.grace_over(2.0)
    talk.tell(SpeechPaused(at=2.1, pcm=SOUND, until=2.0 + TAIL, speech_ended_at=1.7))
    assert [command.turn for command in talk.all(Transcribe)] == [turn]
    assert [command.turn for command in talk.all(Play)] == [turn]
    assert [event.turn for event in talk.published(TurnCommitted)] == [turn]


def test_speech_that_goes_on_drops_the_guess(talk: Talk) -> None:
    talk.press(1.0)
    pause(talk, 1.8, 1.7)
    guess = talk.last(Transcribe).turn
    talk.tell(SpeechResumed(at=1.9, resumed_at=1.9))
    assert talk.last(Cancel) == Cancel(guess)
    assert talk.published(TurnEnded)[-1].reason is EndReason.RESUMED
    talk.release(3.0)
    talk.sound(3.0)
    talk.grace_over(3.0)
    talk.tail(3.0)
    assert [event.turn for event in talk.published(TurnCommitted)] == [guess + 1]
    assert talk.conversation.state.value == "thinking"


def test_speech_after_a_pause_that_nobody_noticed_is_worked_on_at_the_release(talk: Talk) -> None:
    talk.press(1.0)
    pause(talk, 1.8, 1.7)
    guess = talk.last(Transcribe).turn
    talk.release(2.0)
    talk.tell(SpeechPaused(at=2.06, pcm=SOUND, until=2.0, speech_ended_at=1.98))
    assert talk.last(Cancel) == Cancel(guess)
    assert talk.last(Transcribe).turn == guess + 1


def test_at_most_three_guesses_before_the_release(talk: Talk) -> None:
    talk.press(1.0)
    for number in range(5):
        pause(talk, 2.0 + number, 1.9 + number)
        turn = talk.last(Transcribe).turn
        talk.tell(Transcribed(at=2.2 + number, turn=turn, text="So far", language="en"))
        talk.tell(SpeechResumed(at=2.5 + number, resumed_at=2.4 + number))
    assert len(talk.all(Think)) == 3
    talk.release(8.0)
    talk.sound(8.0)
    talk.grace_over(8.0)
    talk.tail(8.0)
    turn = talk.last(Transcribe).turn
    talk.tell(Transcribed(at=8.2, turn=turn, text="All of it", language="en"))
    assert len(talk.all(Think)) == 4
    assert len(talk.published(TurnCommitted)) == 1


def test_a_resumption_noticed_after_the_release_changes_nothing(talk: Talk) -> None:
    talk.press(1.0)
    pause(talk, 1.8, 1.7)
    talk.release(2.0)
    assert talk.tell(SpeechResumed(at=2.01, resumed_at=2.01)) == []


def test_who_was_done_at_the_release_is_understood_once(talk: Talk) -> None:
    turn = talk.ask_by_voice()
    assert [command.turn for command in talk.all(Transcribe)] == [turn]
    assert not talk.all(Cancel)


@pytest.mark.parametrize("late", [False, True])
def test_holding_without_speaking_ends_in_nothing_said(talk: Talk, late: bool) -> None:
    talk.press(1.0)
    talk.release(2.0)
    if late:
        talk.grace_over(2.0)
        talk.sound(2.0, speech=False)
    else:
        talk.sound(2.0, speech=False)
        talk.grace_over(2.0)
    talk.tail(2.0, speech=False)
    turn = talk.published(TurnStarted)[-1].turn
    talk.tell(PlaybackStopped(at=2.1, turn=turn, played=0.0))
    assert not talk.all(Transcribe)
    assert talk.published(TurnEnded)[-1].reason is EndReason.NOTHING_SAID
    assert talk.state == "idle"
    assert talk.conversation.history.messages == ()


@pytest.mark.parametrize("late", [False, True])
def test_what_the_recogniser_finds_empty_is_nothing_said(talk: Talk, late: bool) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    turn = talk.last(Transcribe).turn
    empty = Transcribed(at=2.2, turn=turn, text="", language="en")
    done = WorkFinished(at=2.2, turn=turn, stage=Stage.STT)
    talk.grace_over(2.0)
    if late:
        talk.tail(2.0)
        talk.tell(empty, done)
    else:
        talk.tell(empty, done)
        talk.tail(2.0)
    talk.tell(PlaybackStopped(at=2.3, turn=turn, played=0.0))
    assert talk.published(TurnEnded)[-1].reason is EndReason.NOTHING_SAID
    assert talk.state == "idle"
    assert not talk.all(Think)


def speaking(talk: Talk) -> int:
    """Bring the conversation to the middle of an answer of two seconds."""
    turn = talk.ask_by_voice()
    talk.answer(turn, "One two three four.", " Five six seven eight.")
    talk.tell(PlaybackStarted(at=3.0, turn=turn, audible_at=3.0))
    return turn


def test_pressing_the_key_while_it_speaks_silences_it_and_keeps_what_was_heard(talk: Talk) -> None:
    turn = speaking(talk)
    commands = talk.press(4.5)
    assert commands[1:3] == [Cancel(turn), StopPlayback(turn)]
    assert Capture(4.5, Origin.PUSH_TO_TALK) in commands, "its own voice is no pre-roll"
    talk.tell(PlaybackStopped(at=4.54, turn=turn, played=1.5))
    assert talk.state == "listening"
    ended = talk.published(TurnEnded)[-1]
    assert (ended.reason, ended.heard) == (EndReason.STOPPED, "One two three four. Five six")
    assert talk.conversation.history.messages[-1].text == "One two three four. Five six"


def test_events_of_a_cancelled_turn_concern_nobody(talk: Talk) -> None:
    turn = speaking(talk)
    assert talk.conversation.concerns(WorkFinished(at=4, turn=turn, stage=Stage.TTS))
    talk.tell(StopRequested(at=4.0))
    assert not talk.conversation.concerns(WorkFinished(at=4, turn=turn, stage=Stage.TTS))
    assert not talk.conversation.concerns(PlaybackFinished(at=4, turn=turn, played=2.0))
    assert talk.conversation.concerns(PlaybackStopped(at=4, turn=turn, played=1.0))
    talk.tell(PlaybackStopped(at=4.0, turn=turn, played=1.0))
    assert not talk.conversation.concerns(PlaybackStopped(at=4, turn=turn, played=1.0))
    assert talk.state == "idle"


def test_typing_while_it_speaks_asks_with_what_was_heard(talk: Talk) -> None:
    turn = speaking(talk)
    talk.tell(TextSubmitted(at=4.0, text="Stop. What about tea?"))
    assert len(talk.all(Think)) == 1, "the question waits until it is known what was heard"
    talk.tell(PlaybackStopped(at=4.0, turn=turn, played=1.0))
    assert talk.last(Think).messages[-2:] == (
        Message("assistant", "One two three four."),
        Message("user", "Stop. What about tea?"),
    )
    assert talk.published(TurnStarted)[-1].origin is Origin.TYPED


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_line_is_nothing(talk: Talk, text: str) -> None:
    turn = speaking(talk)
    assert talk.tell(TextSubmitted(at=4.0, text=text)) == []
    assert talk.conversation.concerns(PlaybackFinished(at=4, turn=turn, played=2.0))


def test_a_typed_turn_is_committed_at_once(talk: Talk) -> None:
    talk.tell(TextSubmitted(at=1.0, text=" Hello "))
    assert talk.last(Think).messages[-1] == Message("user", "Hello")
    assert talk.published(TurnCommitted)
    assert talk.published(MessageAccepted)[0].text == "Hello"


def test_typing_drops_what_was_being_said(talk: Talk) -> None:
    talk.press(1.0)
    commands = talk.tell(TextSubmitted(at=1.5, text="Hello"))
    assert EndCapture() in commands
    talk.release(2.0)
    assert not talk.all(CutCapture)


def test_stopping_drops_what_was_being_said(talk: Talk) -> None:
    talk.press(1.0)
    assert EndCapture() in talk.tell(StopRequested(at=1.5))
    assert talk.state == "idle"


def test_stopping_before_anything_was_understood_leaves_no_trace(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    talk.grace_over(2.0)
    talk.tail(2.0)
    turn = talk.last(Transcribe).turn
    talk.tell(StopRequested(at=2.1), PlaybackStopped(at=2.1, turn=turn, played=0.0))
    assert talk.conversation.history.messages == ()


def test_what_cannot_be_said_is_shown_and_the_turn_still_ends(talk: Talk) -> None:
    talk.tell(TextSubmitted(at=1.0, text="Smile"))
    turn = talk.last(Think).turn
    talk.tell(SentenceFormed(at=2.0, turn=turn, index=0, text="😀"))
    talk.tell(WorkFinished(at=2.0, turn=turn, stage=Stage.LLM))
    assert not talk.all(Speak)
    assert talk.last(FinishPlayback) == FinishPlayback(turn)
    talk.tell(PlaybackFinished(at=2.1, turn=turn, played=0.0))
    assert talk.published(TurnEnded)[-1].heard == "😀"


def test_repeating_speaks_without_thinking_or_remembering(talk: Talk) -> None:
    talk.tell(RepeatRequested(at=1.0, text="It is noon. Time to eat."))
    assert not talk.all(Think)
    assert " ".join(speak.text for speak in talk.all(Speak)) == "It is noon. Time to eat."
    turn = talk.last(Speak).turn
    for _ in talk.all(Speak):
        talk.tell(WorkFinished(at=1.1, turn=turn, stage=Stage.TTS))
    talk.tell(PlaybackFinished(at=3.0, turn=turn, played=2.0))
    assert talk.state == "idle"
    assert talk.conversation.history.messages == ()


@pytest.mark.parametrize("stage", [Stage.STT, Stage.LLM])
def test_a_stage_that_fails_ends_the_turn_in_words(talk: Talk, stage: Stage) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    talk.grace_over(2.0)
    talk.tail(2.0)
    turn = talk.last(Transcribe).turn
    if stage is Stage.LLM:
        talk.tell(Transcribed(at=2.1, turn=turn, text="Hello", language="en"))
    talk.tell(WorkFailed(at=2.2, turn=turn, stage=stage, message="It broke."))
    talk.tell(PlaybackStopped(at=2.2, turn=turn, played=0.0))
    assert talk.published(Noticed)[-1].message == "It broke."
    assert talk.published(TurnEnded)[-1].reason is EndReason.FAILED
    assert talk.state == "idle"
    assert talk.conversation.history.messages == ()


def test_what_fails_in_a_guess_is_told_once_it_is_none(talk: Talk) -> None:
    talk.press(1.0)
    talk.release(2.0)
    talk.sound(2.0)
    turn = talk.last(Transcribe).turn
    talk.tell(
        WorkFailed(at=2.04, turn=turn, stage=Stage.STT, message="It broke."),
        WorkFinished(at=2.04, turn=turn, stage=Stage.STT),
    )
    assert not talk.published(Noticed)
    talk.grace_over(2.0)
    talk.tail(2.0)
    assert [event.message for event in talk.published(Noticed)] == ["It broke."]
    talk.tell(PlaybackStopped(at=2.2, turn=turn, played=0.0))
    assert talk.published(TurnEnded)[-1].reason is EndReason.FAILED
    assert talk.state == "idle"
    assert talk.ask_by_voice(at=5.0) > turn


def test_a_voice_that_fails_leaves_the_answer_in_text(talk: Talk) -> None:
    talk.tell(TextSubmitted(at=1.0, text="Hello"))
    turn = talk.last(Think).turn
    talk.tell(
        SentenceFormed(at=2.0, turn=turn, index=0, text="Hi."),
        WorkFinished(at=2.0, turn=turn, stage=Stage.LLM),
        WorkFailed(at=2.1, turn=turn, stage=Stage.TTS, message="No voice."),
        WorkFinished(at=2.1, turn=turn, stage=Stage.TTS),
    )
    assert talk.last(FinishPlayback) == FinishPlayback(turn)
    talk.tell(PlaybackFinished(at=2.2, turn=turn, played=0.0))
    assert talk.conversation.history.messages[-1] == Message("assistant", "Hi.")


@pytest.mark.parametrize("state", [DeviceState.MISSING, DeviceState.BUSY, DeviceState.LOST])
def test_without_a_microphone_the_key_says_why(talk: Talk, state: DeviceState) -> None:
    changed = DeviceChanged(
        at=1.0, device=Device.MICROPHONE, state=state, name="", message="No microphone."
    )
    talk.tell(changed)
    talk.press(2.0)
    assert not talk.all(Capture)
    assert talk.published(Noticed)[-1].message == "No microphone."
    talk.tell(TextSubmitted(at=3.0, text="Hello"))
    assert talk.all(Think), "typing still works"


def test_muting_closes_the_microphone_and_drops_what_was_being_said(talk: Talk) -> None:
    talk.press(1.0)
    assert talk.tell(MuteRequested(at=1.5, muted=True))[-2:] == [
        EndCapture(),
        SetMicrophone(open=False),
    ]
    assert talk.tell(MuteRequested(at=2.0, muted=False)) == [SetMicrophone(open=True)]


def test_loading_is_a_state_until_the_last_stage_is_there(talk: Talk) -> None:
    talk.tell(StageLoading(at=0.0, stage=Stage.LLM, model="m"))
    talk.tell(StageLoading(at=0.0, stage=Stage.TTS, model="v"))
    assert talk.state == "loading"
    talk.tell(StageReady(at=1.0, stage=Stage.LLM, model="m", detail=""))
    talk.tell(StageFailed(at=1.0, stage=Stage.TTS, model="v", message="x"))
    assert talk.state == "idle"


def test_hands_free_events_drive_the_same_turn(talk: Talk) -> None:
    talk.tell(ListenModeRequested(at=0.5, mode=ListenMode.ALWAYS))
    paused = SpeechPaused(at=2.0, pcm=SOUND, until=2.0, speech_ended_at=1.9)
    talk.tell(SpeechStarted(at=1.0, started_at=0.5, origin=Origin.HANDS_FREE), paused)
    guess = talk.last(Transcribe).turn
    talk.tell(SpeechResumed(at=2.1, resumed_at=2.1))
    assert talk.last(Cancel) == Cancel(guess)
    assert talk.published(TurnEnded)[-1].reason is EndReason.RESUMED
    talk.tell(paused, SpeechEnded(at=2.3))
    assert talk.published(TurnCommitted)[-1].turn == guess + 1
    assert talk.published(TurnStarted)[-1].speech_ended_at == 1.9
