"""A model that was refused is told of, and goes on being told of while the old one works on."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import Event, Stage, StageFailed, StageReady, TurnStarted
from her_desktop.conversation.vocabulary import Origin
from her_desktop.ui.banner import Banner
from her_desktop.ui.notifications import NOTICE_STAYS, BannerFeed, Notifications
from her_desktop.ui.orb_face import Face
from her_desktop.ui.situation import Situation

KEPT = (
    StageFailed(at=1.0, stage=Stage.LLM, model="New", message="It is damaged.", kept="Old"),
    StageReady(at=1.1, stage=Stage.LLM, model="Old", detail="CPU"),
)


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner()
    qtbot.addWidget(banner)
    return banner


def test_the_reason_stays_though_the_old_model_is_ready(banner: Banner) -> None:
    feed = BannerFeed(banner)
    for event in KEPT:
        feed.handle(event)
    assert "It is damaged. Old stays in use." in banner.text


def test_the_reason_goes_with_a_later_turn(banner: Banner) -> None:
    feed = BannerFeed(banner)
    later = TurnStarted(at=2.0 + NOTICE_STAYS, turn=1, origin=Origin.TYPED, speech_ended_at=None)
    for event in (*KEPT, later):
        feed.handle(event)
    assert banner.text == ""


def test_the_desktop_says_it_where_the_window_is_not_seen(qtbot: QtBot) -> None:
    told = Notifications()
    said = [told.handle(event, window_is_seen=False) for event in KEPT]
    assert said == ["It is damaged. Old stays in use.", ""]
    assert Notifications().handle(KEPT[0], window_is_seen=True) == ""


def test_the_face_is_not_that_of_an_error() -> None:
    situation = Situation()
    events: tuple[Event, ...] = KEPT
    for event in events:
        situation.handle(event)
    assert situation.face is not Face.ERROR
