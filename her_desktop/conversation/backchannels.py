"""What people say while they listen, and what they say to be heard: "mm-hm" and "stop".

The first lets an answer go on, the second ends it at once. Both lists hold what a recogniser
writes for such sounds as well as what they mean. Rule: pure; words in the form of `normalised`.
"""

from __future__ import annotations

import re

from her_desktop.conversation.instant import Words, normalised

_NOISE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*[^*]*\*|♪[^♪]*♪?")
"""How recognisers describe what is no speech: "(coughs)", "[laughter]", "*sighs*"."""

_HUMMED = re.compile(
    r"(?:[hm]+|m+h+m*|u+[hm]*|a+h+|o+h+|e+h+|h?u+m+|(?:h[aeiou]+)+h*|(?:ah)+|eu+h?)"
)
"""One hummed, breathed or laughed syllable, or several, however they are written."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[Words]:
    return frozenset(tuple(phrase.split()) for phrase in text.split("|"))


_LISTENING = _words(
    "yeah yep yup yes yea ya ok okay okey kay right alright sure good great nice cool wow really"
    " true exactly indeed absolutely definitely totally certainly interesting lovely perfect"
    " gotcha see aha uhuh uhhuh mhm mmhm mmhmm mhmm hmm mm mmm um uhm hum huh oh ah ooh ha"
    " sss ahem shh tsk pff phew oops wee we you bye"
    " oui ouais ouaip mouais accord bien bon super voila exact exactement absolument effectivement"
    " vrai vraiment tiens parfait genial chouette cool hein euh hem bah ben ah oh"
    " interessant incroyable formidable magnifique marrant merci"
    " ja si"
)
"""Words any number of which, alone or together, are no more than listening.

"We" and "wee" are what an English recogniser makes of "oui"; "you" and "bye" of a breath.
"""

_PHRASES = _phrases(
    "i see|i know|i get it|got it|go on|go ahead|of course|all right|that s right|that s true"
    "|that is right|makes sense|that makes sense|fair enough|no way|my god|oh my god|oh my"
    "|uh huh|mm hmm|mm hm|i understand|sounds good|very good|very nice|thank you|see ya"
    "|d accord|ah bon|ah oui|mais oui|bien sur|c est vrai|c est ca|je vois|je comprends"
    "|tout a fait|ca marche|pas mal|tres bien|ah d accord|oui oui|continue|continuez|vas y"
    "|ok d accord|oh la la|ca alors|sans blague|bien entendu|the court|doc or"
)
_LONGEST = max(map(len, _PHRASES))

_CALLING = _words(
    "stop wait no nope what why who where when how hold pause quiet enough cancel sorry pardon"
    " excuse actually but hey hello listen louder slower faster quieter repeat again shut skip next"
    " stopp stopped"
    " arrete arretez attends attendez non quoi pourquoi qui ou quand comment pardon excuse"
    " excusez mais silence assez annule suffit ecoute ecoutez repete repetez encore moins plus"
    " tais chut hop"
    " please tell say explain give show can could do does did is are was don not never speak talk"
    " turn play about instead other another more change forget start"
    " dis dites parle parlez explique donne montre peux peut pas jamais plait autre"
    " change oublie parlons raconte mets passe baisse coupe ferme faux"
    " seconde minute suivant suivante quel quelle quels quelles combien"
)
"""Words of which one is enough, however short it is, to want to be heard.

What a recogniser makes of a hum holds none of them: "and the Mi-chan", "The court", "I'm Emma".
"""

_OPENINGS = _words(
    "no nope wait stop hold on hey sorry but actually excuse me pardon please listen one moment"
    " hang a second so well"
    " non attends attendez arrete arretez mais pardon excuse excusez moi ecoute ecoutez une seconde"
)
"""Words with which people break in before they say what they want."""

_FILLERS = _words("and a the so well er um uh")

_LITTLE = _words(
    "a an and as at be but by for from had has have he her his i if in is it its my of on or our"
    " s she so t that the their them then there these they this those to was we were with you your"
    " au aux ce ces cette d dans de des du elle elles en est et il ils j je l la le les leur ma mes"
    " mon nous on ou par pour qu que qui sa se ses son sont sur ta tes ton tu un une vos votre vous"
)
_BEGINNING = 4
"""So many letters are enough to know a word again: its end is often another's beginning."""

_HUM_FILLERS = _words("a and i in my the them then they")
_HUM_WORDS = _words("chan chen gen kim magen make matrix may month n sure")
_HUM_NAME = re.compile(r"(?!(?:me|mine|home|moon|name|mean|mom|mum)$)[aeiouhmn]*m[aeiouhmn]*")
"""Whisper tiny writes "in a month", "Amen", "M.H.N." or "and make sure" for most of fifty hums,
and now and then a name of its own for one: "Emma", "NMA", "Inema"."""


def is_backchannel(text: str) -> bool:
    """Tell whether `text` says no more than that somebody listens, coughs or laughs.

    An empty text, or one that only describes a noise, does.
    """
    words = normalised(_NOISE.sub(" ", text))
    start = 0
    while start < len(words):
        step = _phrase_at(words, start)
        if not step and not _is_listening(words[start]):
            return False
        start += step or 1
    return True


def may_be_hum(text: str) -> bool:
    """Tell whether `text` is what a recogniser has been seen to write for a "mm-hm".

    It may have been said in earnest: only where words would be strange, this is the likelier.
    """
    words = normalised(_NOISE.sub(" ", text))
    hummed = [word in _HUM_WORDS or bool(_HUM_NAME.fullmatch(word)) for word in words]
    rest = [word for word, is_hummed in zip(words, hummed, strict=True) if not is_hummed]
    return any(hummed) and all(word in _HUM_FILLERS or _is_listening(word) for word in rest)


def calls(text: str) -> bool:
    """Tell whether `text` holds a word that asks to be heard: "stop", "wait", "mais"."""
    return any(word in _CALLING for word in normalised(_NOISE.sub(" ", text)))


def only_opens(text: str) -> bool:
    """Tell whether `text` breaks in and says nothing yet: "no", "wait", "hold on"."""
    words = normalised(_NOISE.sub(" ", text))
    return bool(words) and all(word in _OPENINGS for word in words)


def count_said(text: str) -> int:
    """Return how many words of `text` say something: fillers and listening are left out."""
    words = normalised(_NOISE.sub(" ", text))
    return sum(not _is_listening(word) and word not in _FILLERS for word in words)


def repeats(text: str, answer: str) -> bool:
    """Tell whether `text` may be the assistant's own voice: half of what it says, or nothing new.

    An echo is recognised badly: "In a night under the stars" was "And then night under the", and
    "And as" before that. What little words there are says nothing either way.
    """
    own = set(normalised(answer))
    beginnings = {word[:_BEGINNING] for word in own if len(word) >= _BEGINNING}
    said = [word for word in normalised(text) if word not in _LITTLE]
    echoed = sum(word in own or word[:_BEGINNING] in beginnings for word in said)
    return 2 * echoed >= len(said)


def _is_listening(word: str) -> bool:
    return word in _LISTENING or _HUMMED.fullmatch(word) is not None


def _phrase_at(words: Words, start: int) -> int:
    """Return how many words from `start` on are one of the phrases, 0 where none is."""
    for length in range(min(_LONGEST, len(words) - start), 1, -1):
        if words[start : start + length] in _PHRASES:
            return length
    return 0
