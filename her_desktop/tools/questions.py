"""What the benchmark's user says. Each text once in a window, so that no cache can flatter.

Pure texts. None of the questions is one that a prepared reply answers; INSTANT alone is. Numbers
and names are avoided: a recogniser may write them in several ways, all of them right.
"""

QUESTIONS = (
    "What is the weather like in the mountains?",
    "How do I make a good cup of tea?",
    "Why is the sky blue in the morning?",
    "Can you tell me a story about a fox?",
    "What should I cook for dinner tonight?",
    "Which book would you read on a rainy day?",
    "How far away is the moon from here?",
    "What is the best way to learn the piano?",
    "Tell me something nice about the sea.",
    "How do birds find their way home?",
    "What can I do when I cannot sleep?",
    "Why do cats like to sit in boxes?",
    "How long should I boil an egg?",
    "What makes a good friend?",
    "Could you help me plan my garden?",
    "What happens when water freezes?",
    "How do I say no without being rude?",
    "Why do leaves change their colour?",
    "What is a good name for a small dog?",
    "How can I remember names better?",
    "What do bees do in the winter?",
    "Is it better to walk or to run?",
    "How does a candle keep burning?",
    "What should I pack for a week by the lake?",
    "Why does bread rise in the oven?",
    "How do I keep my plants alive?",
    "What is the kindest thing one can do?",
    "How many hours does a bear sleep?",
    "Where does the wind come from?",
    "What shall we talk about next?",
    "How do I take a stain out of a shirt?",
    "Why do people dance at weddings?",
    "What is the quietest place on earth?",
    "How is paper made from a tree?",
    "Which fruit keeps for the longest time?",
    "Why does music make us cry?",
    "How do I teach a child to swim?",
    "What does a gardener do in the autumn?",
    "Why are some clouds so dark?",
    "How do I choose a good pair of shoes?",
)
"""One clear question each, one to three seconds long: the figures of a mode are of these."""

SHORT = ("Butterflies?", "Why not?", "Tea or coffee?", "Another one?", "Pineapples?", "Like what?")
"""One or two words, or three small ones."""

LONG = (
    "Last summer we rented a little house by the sea, and every morning an old fisherman came "
    "past with a basket on his arm and told us about the weather of the coming day. He was nearly "
    "always right. How could he know that without any instruments?",
    "My neighbour has a large dog that barks whenever somebody walks along the street, and "
    "although I like him very much I cannot work when it happens the whole afternoon. What could "
    "I say to my neighbour that is friendly and still makes him do something about it?",
    "I want to paint the walls of my kitchen, which is rather dark and looks out on a narrow "
    "yard, and I have been told that white is not always the brightest choice in such a room. "
    "Which colour would you take, and should the ceiling have the same one?",
    "When I was a child my grandmother used to bake a flat cake with apples and a thick layer of "
    "sugar on top, and nobody in the family has ever written down how she did it. Could you help "
    "me to find out what must have been in it?",
)
"""Ten to fifteen seconds in one go."""

HESITANT = (
    ("I was wondering", "if you could tell me", "how to grow tomatoes on a balcony."),
    ("Could you", "explain to me", "why the sea is salty?"),
    ("What would be", "a good present", "for my sister?"),
    ("I am looking for", "a recipe with", "potatoes and cheese."),
    ("Tell me", "please", "what an owl eats at night."),
    ("If I leave the house", "early in the morning", "what should I take with me?"),
    ("How would you", "describe the taste", "of an orange?"),
    ("My computer is", "very slow today", "and I do not know what to do."),
    ("Is there any", "simple way", "to keep bread fresh?"),
    ("I would like to know", "where", "the river begins."),
    ("The thing is", "I cannot decide", "between a bicycle and a bus ticket."),
    ("When the snow melts", "in the spring", "where does all the water go?"),
)
"""Said in pieces, with pauses in which the speaker has not finished."""

INSTANT = (
    "Hello!",
    "Thank you.",
    "Can you hear me?",
    "Good morning.",
    "Thanks a lot.",
    "Are you there?",
)
"""What a prepared reply may answer: counted apart in every figure."""

STORIES = (
    "Please tell me a long story about a fox and a bear.",
    "Please explain in detail how a ship is built.",
    "Please describe a long walk through an old forest.",
    "Please tell me everything that you know about the moon.",
    "Please tell me a long story about a lighthouse.",
    "Please explain at length how honey is made.",
    "Please describe the life of a river from its source to the sea.",
    "Please tell me a long story about a clever crow.",
    "Please explain in detail how a piano works.",
    "Please describe a busy market in a small town.",
    "Please tell me a long story about a lost key.",
    "Please explain at length how bread is baked.",
    "Please describe a night under the stars.",
    "Please tell me a long story about two brothers.",
    "Please explain in detail how glass is made.",
    "Please describe a castle on a hill.",
    "Please tell me a long story about a baker and a goose.",
    "Please explain at length how paper is made.",
    "Please describe a journey across the desert.",
    "Please explain in detail how a clock works.",
    "Please tell me a long story about a king without a crown.",
    "Please explain at length how cheese is made.",
    "Please describe a winter in the mountains.",
    "Please tell me everything that you know about bees.",
    "Please tell me a long story about a train in the snow.",
    "Please explain in detail how a bridge is built.",
    "Please describe an old library at night.",
    "Please tell me a long story about a girl and a dragon.",
    "Please explain at length how wine is made.",
    "Please describe a garden in the spring.",
    "Please tell me everything that you know about volcanoes.",
    "Please tell me a long story about a sailor and his parrot.",
    "Please explain in detail how a bicycle works.",
    "Please describe a storm at sea.",
    "Please tell me a long story about three clever mice.",
    "Please explain at length how a book is printed.",
    "Please describe a village by a lake.",
    "Please tell me everything that you know about owls.",
    "Please tell me a long story about a tailor and the wind.",
    "Please explain in detail how a windmill works.",
    "Please describe a feast in a great hall.",
    "Please tell me a long story about an island of birds.",
    "Please explain at length how silk is made.",
)
"""Asked where something is to happen during the answer."""

ROOM = "Please tell me everything that you know about the sea, the mountains and the sky."
"""Asked so that the assistant talks for a while in a room that is new to it."""

INTERRUPTIONS = (
    "Wait, please, I would rather hear about whales.",
    "No, that is not what I meant to ask you.",
    "Hold on, let us talk about the garden now.",
    "Enough of that, what is there for lunch?",
    "Sorry, can we speak about music instead?",
    "One moment, I have another question for you.",
    "Stop, please, that is more than I can remember.",
    "Excuse me, what did you say about the beginning?",
    "Let me ask you something else about the weather.",
    "I think we should talk about dinner instead.",
    "Hang on, could you say that once more?",
    "That is enough, thank you very much.",
    "Actually, tell me about the stars.",
    "Can you make it a little shorter, please?",
    "What does that have to do with me?",
    "I have to go now, good night.",
    "Never mind, how do I get to the station?",
    "Be quiet for a moment, the phone is ringing.",
    "But who was the first to do that?",
    "Could we start again from the beginning?",
)
"""Said over an answer by somebody who means to be heard."""

BACKCHANNELS = (
    "Mm-hmm.", "Uh-huh.", "Mhm.", "Yeah.", "Right.", "I see.",
    "Okay.", "Oh, really?", "Wow.", "Yes, yes.", "Ah, okay.", "Sure.",
)  # fmt: skip
"""Said over an answer by somebody who is listening and wants it to go on."""
