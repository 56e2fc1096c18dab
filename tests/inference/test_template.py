from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_models import LOOPS, starter, with_template

from her_desktop.inference.confinement import child_command, child_environment
from her_desktop.inference.llama import Sampling
from her_desktop.inference.llm import LlamaLanguageModel
from her_desktop.inference.prompt import Message
from her_desktop.inference.template import ConfinedTemplate, compiled

GREETING: list[Message] = [("system", "Be kind."), ("user", "Hello.")]
PLAIN = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"


@pytest.fixture
def confined(request: pytest.FixtureRequest) -> Iterator[ConfinedTemplate]:
    template = ConfinedTemplate(request.param, "</s>", "<s>")
    yield template
    template.close()


def test_a_template_is_rendered_with_its_tokens() -> None:
    template = compiled(PLAIN, "</s>", "<s>")
    assert template is not None
    assert template(GREETING) == "<system>Be kind.</s><user>Hello.</s>"


@pytest.mark.parametrize("source", ["{{", "{% for %}", "{{ a['b'( }}", "{% x %}"])
def test_what_is_no_jinja_is_no_template(source: str) -> None:
    assert compiled(source, "", "") is None


@pytest.mark.parametrize(
    "source",
    [
        "{{ raise_exception('no system message') }}",
        "{{ messages[99].content }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_that_refuses_gives_nothing(source: str) -> None:
    template = compiled(source, "", "")
    assert template is not None
    assert template(GREETING) is None


@pytest.mark.parametrize("confined", [PLAIN], indirect=True)
def test_a_process_of_its_own_renders_the_same(confined: ConfinedTemplate) -> None:
    here = compiled(PLAIN, "</s>", "<s>")
    assert here is not None
    unusual = [("user", 'é "quoted"\nand more \u2028 \U0001f600')]
    for messages in (GREETING, unusual, GREETING):
        assert confined(messages) == here(messages)


@pytest.mark.parametrize("confined", ["{{", "{{ raise_exception('no') }}"], indirect=True)
def test_it_refuses_as_one_rendered_here_would(confined: ConfinedTemplate) -> None:
    assert confined(GREETING) is None
    assert confined(GREETING) is None


@pytest.mark.parametrize(
    "confined",
    [
        LOOPS,
        "{% if messages|length > 1 %}" + LOOPS + "{% endif %}fine",
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(99) }}",
        "{{ 'a' * (10 ** 11) }}",
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}"
        "{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    ],
    ids=["loops", "loops-later", "recursion", "product", "doubling"],
    indirect=True,
)
def test_one_that_does_not_end_is_given_up_and_the_caller_goes_on(
    confined: ConfinedTemplate,
) -> None:
    assert confined(GREETING) is None
    # From here on nobody waits for it any more.
    assert confined(GREETING) is None


@pytest.mark.parametrize("confined", [PLAIN], indirect=True)
def test_closing_ends_its_process(confined: ConfinedTemplate) -> None:
    process = confined._process
    assert process is not None
    assert confined(GREETING)
    confined.close()
    assert process.returncode == 0
    assert confined(GREETING) is None


def test_the_process_ends_with_its_input() -> None:
    command = child_command("her_desktop.inference.template_child", [])
    done = subprocess.run(
        command,
        input='{"source": "x", "eos": "", "bos": ""}\n',
        capture_output=True,
        text=True,
        timeout=60,
        env=child_environment(),
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def made(path: Path, *, confine: bool) -> LlamaLanguageModel:
    return LlamaLanguageModel(
        path,
        context_tokens=512,
        answer_tokens=12,
        threads=1,
        sampling=Sampling(seed=3),
        confine_template=confine,
    )


def answer(model: LlamaLanguageModel) -> str:
    return "".join(model.reply(GREETING, lambda: False))


@pytest.mark.models
def test_a_model_with_a_confined_template_answers_as_any_other() -> None:
    (path,) = starter("smollm2-135m-instruct")
    answers = []
    for confine in (False, True):
        model = made(path, confine=confine)
        answers.append(answer(model))
        template = model._template
        model.close()
    assert answers[0] == answers[1] != ""
    assert isinstance(template, ConfinedTemplate)
    assert template._process is None


@pytest.mark.models
def test_a_model_whose_template_begins_to_loop_goes_on_without_it(tmp_path: Path) -> None:
    path = with_template(LOOPS, tmp_path / "loops.gguf")
    model = made(path, confine=True)
    try:
        assert answer(model)
    finally:
        model.close()
