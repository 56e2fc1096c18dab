"""The words that tell whether somebody has finished, language by language.

Rule: data only, nothing is decided here; lists are small and hold what is frequent in speech. Every
word is written as `turn_end` sees it: lower case, straight apostrophes, no punctuation.
"""

from __future__ import annotations

from dataclasses import dataclass

Words = frozenset[str]


@dataclass(frozen=True)
class UnfinishedWords:
    """What one language gives to judge by."""

    never_last: Words
    """Words that no complete utterance ends with: articles, conjunctions, fillers."""
    exceptions: tuple[str, ...]
    """Endings that are complete in spite of such a word; each begins with a space."""
    wants_object: Words
    """Prepositions and verbs that want something after them, unless a relative word took it."""
    auxiliaries: Words
    """Those of them that may stand alone after a subject: "I can", "it is"."""
    subjects: Words
    """Pronouns that may stand before such an auxiliary."""
    subjects_only: Words
    """Those of them that are never an object, so that a statement cannot end with them."""
    relatives: Words
    """Words that open a clause whose object comes first: "what you are thinking of"."""
    questioners: Words
    """Question words, after which a pronoun in a statement wants a verb: "explain to me how it"."""
    hesitations: tuple[str, ...]
    """Endings of several words that announce more; each begins with a space."""
    requests: tuple[str, ...]
    """Endings with which a request has only begun, though a question mark was put behind them."""
    openings: Words
    """Whole utterances that announce more: "by the way"."""
    connectives: tuple[str, ...]
    """Beginnings that announce more, each with a space at its end."""
    subordinators: Words
    """First words of a clause to which a main clause is owed."""
    prepositions: Words
    """First words of an adverbial with which a sentence may only have begun."""
    determiners: Words
    """First words of a noun phrase, which without a verb may be a mere subject."""
    verb_endings: tuple[str, ...]
    """Endings by which a verb may be known; plural nouns share some, which costs nothing."""
    longest_phrase: int
    """A phrase of more words than this is taken for a sentence."""
    tellers: Words
    """First words of a sentence that tells something, where an order begins with a verb."""
    wishes: tuple[str, ...]
    """What makes a request of such a sentence; each between spaces."""
    answers: Words
    """Whole utterances that are complete, and to which people like to add something."""
    closed: Words
    """Whole utterances that are complete."""


def _words(text: str) -> Words:
    return frozenset(text.split())


def _phrases(text: str) -> Words:
    return frozenset(phrase.strip() for phrase in text.split(","))


_ENGLISH = UnfinishedWords(
    never_last=_words(
        "a an the my your our their its every and or but nor because if whether than as although"
        " though unless until while since so plus except versus um uh uhm er erm ah hmm hm mm"
        " i'm i'll i've i'd you're you'll you've you'd we're we'll we've we'd they're they'll"
        " they've it's it'll he's he'll she's she'll that's that'll there's here's what's where's"
        " who's how's let's gonna wanna very not"
    ),
    exceptions=(
        " think so", " hope so", " guess so", " believe so", " say so", " said so", " suppose so",
        " do so", " told you so", " not so", " why so", " how so", " that so", " or so",
        " if so", " even so",
        " why not", " of course not", " think not", " hope not", " maybe not", " probably not",
        " or not", " certainly not", " absolutely not", " better not", " rather not", " is not",
        " are not", " am not", " was not", " were not", " do not", " does not", " did not",
        " have not", " has not", " can not", " could not", " would not", " should not", " will not",
        " i'm not", " it's not", " that's not", " he's not", " she's not", " we're not",
        " they're not", " you're not", " a while", " long while", " even though", " ever since",
    ),
    wants_object=_words(
        "to for with of from by at about into onto between near beside behind under above below"
        " through during against without within towards toward among like per via"
        " is are was were am be been being isn't aren't wasn't weren't has have had hasn't haven't"
        " can could would should will must may might do does did cannot can't couldn't wouldn't"
        " shouldn't won't don't doesn't didn't"
        " want wants wanted need needs needed like likes liked get gets got make makes made take"
        " takes took give gives gave put puts bring brings brought buy buys bought send sends sent"
        " say says said saw tells told let find finds found use uses seem seems become becomes"
        " became keep keeps always"
    ),
    auxiliaries=_words(
        "is are was were am has have had can could would should will must may might do does did"
        " isn't aren't wasn't weren't hasn't haven't can't cannot couldn't wouldn't shouldn't won't"
        " don't doesn't didn't"
    ),
    subjects=_words("i you he she we they it this that there who"),
    subjects_only=_words("i he she we they"),
    relatives=_words("what which who whom whose where when why how what's who's where's how's that"
                     " all everything anything nothing something whatever than as"),
    questioners=_words("what which who where when why how"),
    hesitations=(
        " and then", " and so", " or maybe", " i mean", " do you know", " kind of", " sort of",
        " such as", " so that", " and also", " but then", " have never", " has never",
        " i really", " is really", " are really", " is just", " i just", " i only", " i also",
        " i almost", " not only", " in order", " because of", " that you", " that it", " that this",
        " that there",
    ),
    requests=(" could you", " can you", " would you", " will you", " could i", " can i", " may i"),
    openings=_phrases(
        "well, so, hey, listen, look, you know, you see, i mean, actually, anyway, by the way,"
        " first of all, to be honest, on the other hand, on the one hand, for example,"
        " for instance, in fact, as you know, let me see, let me think, wait, excuse me,"
        " ladies and gentlemen, my friend, okay so, now, then, also, basically, honestly,"
        " oh, oh well, my question is, speaking of which, in other words, after all"
    ),
    connectives=("and so ", "so basically ", "and because ", "but if ", "and if ", "and when "),
    subordinators=_words(
        "if when whenever because although though while unless until once since as before after"
        " whether"
    ),
    prepositions=_words(
        "in on at by for to from with without during under over despite besides instead within"
        " according regarding concerning between behind until till since through"
    ),
    determiners=_words("my your his her our their the a an this these those some every each"),
    verb_endings=("s", "ed"),
    longest_phrase=4,
    tellers=_words(
        "i he she we they it there this that these those my his her our their the a an some many"
        " most every i'm i've i'd i'll he's she's we're we've they're it's there's that's today"
        " yesterday once last"
    ),
    wishes=(
        " please ", " would like ", " i'd like ", " i'd love ", " want ", " need you ",
        " i need ", " wonder ", " wondering ", " you should ", " you can ", " you could ",
        " that's all ", " that is all ", " let us ",
    ),
    answers=_phrases(
        "yes, no, yeah, yep, nope, okay, ok, right, all right, alright, sure, maybe, of course,"
        " exactly"
    ),
    closed=_phrases(
        "stop, thank you, thanks, thank you very much, thank you so much, thanks a lot,"
        " yes please, no thanks, no thank you, please do, never mind, good morning, good night,"
        " good evening, good afternoon, goodbye, bye, bye bye, see you, see you later,"
        " see you tomorrow, hello, hi, hello there, hi there, go on, go ahead, come on, come in,"
        " i do, i am, i can, i will, i have, i see, that's it, that's all, that's right,"
        " that is all, that's true, me too, this one, that one, not yet, not really, not at all,"
        " why not, repeat,"
        " repeat that, say it again, what, why, how, who, where, when, really, i think so,"
        " i hope so, i don't think so, i don't know, i do not know, you too, cancel, help,"
        " be quiet, continue, next, pause, play, louder, quieter, enough, that's enough"
    ),
)  # fmt: skip

_FRENCH = UnfinishedWords(
    never_last=_words(
        "le la les l un une des du de d au aux mon ma mes ton ta tes son sa ses notre nos"
        " votre vos leurs ce cet cette ces quel quelle quels quelles chaque quelques plusieurs et"
        " ou mais donc or ni car que qu si comme parce puisque lorsque dont afin alors"
        " j je tu ne n se s me m te t à très euh heu hum bah ben hmm mm c'est"
        " j'ai c'était j'étais qu'il qu'elle qu'on s'il"
    ),
    exceptions=(
        " et alors", " ça alors", " non alors", " mais si", " ah si", " moi si", " que si",
        " que c'est",
    ),
    wants_object=_words(
        "dans sur sous avec sans pour par chez vers entre pendant depuis contre malgré selon"
        " est sont était étaient suis es sommes êtes sera serait ont avons avez avait avaient"
        " aurait veux veut voudrais voudrait peux peut pourrais pourrait dois doit devrais devrait"
        " vais vas allons faut"
    ),
    auxiliaries=_words(
        "est sont suis es était sera veux peux dois vais veut peut doit"
    ),
    subjects=_words("je tu il elle on ils elles ça ce nous vous qui"),
    subjects_only=_words("il on ils"),
    relatives=_words(
        "qui que quoi où quand comment comme pourquoi combien quel quelle ce tout rien dont"
        " qu'est-ce lequel laquelle"
    ),
    questioners=_words("qui quoi où quand comment pourquoi combien"),
    hesitations=(
        " parce que", " est-ce que", " il y a", " tu sais", " vous savez", " je veux dire",
        " du coup", " en fait", " et puis", " ou bien", " et après", " c'est-à-dire",
        " par exemple", " quand", " alors que", " pour que", " bien que", " à cause",
        " grâce à", " un peu comme", " et donc", " plutôt",
        " je voudrais", " j'aimerais", " il faut", " y a", " n'est pas très",
    ),
    requests=(" pourriez-vous", " pourrais-tu", " pouvez-vous", " peux-tu"),
    openings=_phrases(
        "alors, bon, bon alors, ben, eh bien, écoute, écoutez, dis, dis-moi, tu sais, vous savez,"
        " en fait, au fait, du coup, d'abord, tout d'abord, par exemple, enfin, bref, franchement,"
        " à mon avis, à vrai dire, d'un autre côté, d'une part, d'autre part, attends, attendez,"
        " voyons, mesdames et messieurs, mon ami, excuse-moi, excusez-moi, ah, oh, puis, ensuite,"
        " honnêtement, sinon, d'ailleurs, après tout, ma question est"
    ),
    connectives=("et donc ", "et alors ", "et si ", "mais si ", "et quand ", "et comme "),
    subordinators=_words(
        "si s'il s'ils quand lorsque lorsqu'il puisque comme parce bien dès avant après pendant"
        " depuis tant afin"
    )
    - _words("bien comme"),
    prepositions=_words(
        "dans sur sous avec sans pour par chez vers entre selon malgré à au aux en"
    ),
    determiners=_words(
        "mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs le la les un une ce cet"
        " cette ces"
    ),
    verb_endings=("e", "s", "t", "é", "és"),
    longest_phrase=4,
    tellers=_words(
        "je j'ai j'étais j'avais tu t'as il elle on nous vous ils elles ça c'est c'était ce cet"
        " cette ces mon ma mes son sa ses notre nos leur leurs le la les l un une des chaque hier"
        " aujourd'hui"
    ),
    wishes=(
        " s'il te plaît ", " s'il vous plaît ", " voudrais ", " aimerais ", " j'aimerais ",
        " veux ", " besoin ", " demande ", " souhaite ", " souhaiterais ", " peux-tu ",
        " pourrais ", " c'est tout ", " est-ce ",
    ),
    answers=_phrases(
        "oui, non, ouais, si, d'accord, ok, okay, bien sûr, peut-être, exactement, voilà"
    ),
    closed=_phrases(
        "stop, arrête, arrêtez, merci, merci beaucoup, merci bien, oui merci, non merci,"
        " oui s'il te plaît, oui s'il vous plaît, s'il te plaît, s'il vous plaît, bonjour, salut,"
        " bonsoir, bonne nuit, au revoir, à bientôt, à demain, à plus tard, à tout à l'heure,"
        " ça va, ça suffit, c'est tout, c'est ça, c'est bon, c'est vrai, moi aussi, pas encore,"
        " pas du tout, pourquoi pas, pourquoi, comment, qui, quoi, où, quand, combien, vraiment,"
        " je crois, je pense, je ne sais pas, je sais pas, je sais, répète, répétez, encore,"
        " encore une fois, continue, continuez, vas-y, tais-toi, annule, aide-moi, suivant, pause,"
        " plus fort, moins fort, laisse tomber, de rien, on y va, j'arrive, tant mieux, tant pis"
    ),
)  # fmt: skip

LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH}
"""By two-letter code. In any other language the marks have to do."""
