from __future__ import annotations

from her_desktop.conversation.events import (
    AudioDropped,
    Device,
    EchoMeasured,
    State,
    StateChanged,
    SystemSampled,
    WindowStalled,
)
from her_desktop.metrics.session import SessionFold


def test_losses_are_counted_by_device() -> None:
    session = SessionFold()
    for device, count in ((Device.MICROPHONE, 2), (Device.SPEAKER, 1), (Device.MICROPHONE, 3)):
        assert session.handle(AudioDropped(at=1.0, device=device, count=count))
    assert session.dropped == {Device.MICROPHONE: 5, Device.SPEAKER: 1}


def test_stalls_are_counted_and_the_worst_is_kept() -> None:
    session = SessionFold()
    for duration in (0.08, 0.3, 0.1):
        assert session.handle(WindowStalled(at=1.0, duration=duration))
    assert (session.stalls, session.worst_stall) == (3, 0.3)


def test_the_last_word_on_the_machine_and_the_echo_is_kept() -> None:
    session = SessionFold()
    assert (session.machine, session.echo) == (None, None)
    for share in (10.0, 20.0):
        machine = SystemSampled(at=share, cpu_percent=share, memory_used=1)
        echo = EchoMeasured(at=share, delay=0.1, reduction_db=share, works=True, half_duplex=False)
        assert session.handle(machine)
        assert session.handle(echo)
        assert (session.machine, session.echo) == (machine, echo)


def test_what_is_nothing_to_it_changes_nothing() -> None:
    session = SessionFold()
    assert not session.handle(StateChanged(at=1.0, state=State.IDLE))
    assert session == SessionFold(health=session.health)
