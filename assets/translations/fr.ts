<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss this message</source>
        <translation>Écarter ce message</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>the paler words were not heard</source>
        <translation>les mots plus pâles n’ont pas été entendus</translation>
    </message>
    <message>
        <source>Copy this reply</source>
        <translation>Copier cette réponse</translation>
    </message>
    <message>
        <source>Hear this reply again</source>
        <translation>Réécouter cette réponse</translation>
    </message>
    <message>
        <source>not heard</source>
        <translation>pas entendu</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Vous</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <source>{heard} — not heard: {rest}</source>
        <translation>{heard} — pas entendu : {rest}</translation>
    </message>
    <message>
        <source>Show all {count} characters</source>
        <translation>Afficher les {count} caractères</translation>
    </message>
    <message>
        <source>You, still speaking (not final)</source>
        <translation>Vous, en train de parler (pas définitif)</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Or type a message</source>
        <translation>Ou écrivez un message</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Type a message and press Enter</source>
        <translation>Écrivez un message et appuyez sur Entrée</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Envoyer le message</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Arrêter la réponse</translation>
    </message>
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Conversation</source>
        <translation>Conversation</translation>
    </message>
    <message>
        <source>Show earlier</source>
        <translation>Afficher ce qui précède</translation>
    </message>
    <message>
        <source>Back to the latest</source>
        <translation>Revenir à la fin</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Hide performance</source>
        <translation>Masquer les performances</translation>
    </message>
    <message>
        <source>Show performance</source>
        <translation>Afficher les performances</translation>
    </message>
    <message>
        <source>Unmute the microphone</source>
        <translation>Rouvrir le microphone</translation>
    </message>
    <message>
        <source>Mute the microphone</source>
        <translation>Couper le microphone</translation>
    </message>
</context>
<context>
    <name>LoadingList</name>
    <message>
        <source>{model} is ready ({detail})</source>
        <translation>{model} est prêt ({detail})</translation>
    </message>
    <message>
        <source>{model} is ready</source>
        <translation>{model} est prêt</translation>
    </message>
    <message>
        <source>loading {model}</source>
        <translation>chargement de {model}</translation>
    </message>
    <message>
        <source>{model} could not be loaded</source>
        <translation>{model} n’a pas pu être chargé</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Nothing was heard. Hold, talk, and let go at the end.</source>
        <translation>Rien n’a été entendu. Maintenez, parlez, et relâchez à la fin.</translation>
    </message>
    <message>
        <source>{state}. Hold to talk.</source>
        <translation>{state}. Maintenir pour parler.</translation>
    </message>
    <message>
        <source>her is still here: its icon in the tray brings the window back.</source>
        <translation>her est toujours là : son icône dans la zone de notification ramène la fenêtre.</translation>
    </message>
    <message>
        <source>Nothing was understood. Please say it again.</source>
        <translation>Rien n’a été compris. Redites-le, s’il vous plaît.</translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message>
        <source>Performance</source>
        <translation>Performances</translation>
    </message>
    <message>
        <source>no GPU</source>
        <translation>pas de GPU</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>Last turn</source>
        <translation>Dernier échange</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} sur {total}</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>Mémoire du GPU</translation>
    </message>
    <message>
        <source>Lost sound blocks</source>
        <translation>Blocs de son perdus</translation>
    </message>
    <message>
        <source>Window stalls</source>
        <translation>Gels de la fenêtre</translation>
    </message>
    <message>
        <source>not counted below</source>
        <translation>non compté ci-dessous</translation>
    </message>
    <message>
        <source>p50 {p50}   p95 {p95}   turns {count}</source>
        <translation>p50 {p50}   p95 {p95}   échanges {count}</translation>
    </message>
    <message>
        <source>{count}, worst {time}</source>
        <translation>{count}, le pire {time}</translation>
    </message>
    <message>
        <source>Since the start</source>
        <translation>Depuis le lancement</translation>
    </message>
    <message>
        <source>you went on, so it was given back</source>
        <translation>vous avez continué, réponse retirée</translation>
    </message>
    <message>
        <source>instant reply, no model asked</source>
        <translation>réponse instantanée, sans modèle</translation>
    </message>
    <message>
        <source>{count}, p50 {p50}</source>
        <translation>{count}, p50 {p50}</translation>
    </message>
    <message>
        <source>Pieces of sound that the computer was too busy to take or to give in time.</source>
        <translation>Morceaux de son que l’ordinateur, trop occupé, n’a pas pris ou donnés à temps.</translation>
    </message>
    <message>
        <source>Instant replies</source>
        <translation>Réponses instantanées</translation>
    </message>
    <message>
        <source>Answers that lay ready, given without asking a model.</source>
        <translation>Réponses prêtes d’avance, données sans consulter de modèle.</translation>
    </message>
    <message>
        <source>Guesses in vain</source>
        <translation>Essais inutiles</translation>
    </message>
    <message>
        <source>Answers begun in a pause that was not the end, and never heard.</source>
        <translation>Réponses commencées dans une pause qui n’était pas la fin, et jamais entendues.</translation>
    </message>
    <message>
        <source>Answers given back</source>
        <translation>Réponses retirées</translation>
    </message>
    <message>
        <source>Answers that began too early and fell silent because you went on.</source>
        <translation>Réponses venues trop tôt, qui se sont tues parce que vous avez continué.</translation>
    </message>
    <message>
        <source>Blocks lost, microphone</source>
        <translation>Blocs perdus, micro</translation>
    </message>
    <message>
        <source>Blocks lost, loudspeaker</source>
        <translation>Blocs perdus, haut-parleur</translation>
    </message>
    <message>
        <source>Moments in which this window did not react.</source>
        <translation>Moments où cette fenêtre n’a pas réagi.</translation>
    </message>
</context>
<context>
    <name>Sparkline</name>
    <message>
        <source>The last turns</source>
        <translation>Les derniers échanges</translation>
    </message>
</context>
<context>
    <name>Story</name>
    <message>
        <source>Stopped before an answer came.</source>
        <translation>Arrêté avant qu’une réponse arrive.</translation>
    </message>
    <message>
        <source>This was not answered.</source>
        <translation>Ce message est resté sans réponse.</translation>
    </message>
    <message>
        <source>You went on.</source>
        <translation>Vous avez continué.</translation>
    </message>
</context>
<context>
    <name>TalkButton</name>
    <message>
        <source>Hold to talk</source>
        <translation>Maintenir pour parler</translation>
    </message>
    <message>
        <source>Hold this button, the orb or Space, and talk</source>
        <translation>Maintenez ce bouton, l’orbe ou la barre d’espace, et parlez</translation>
    </message>
    <message>
        <source>Let go to send</source>
        <translation>Relâcher pour envoyer</translation>
    </message>
</context>
<context>
    <name>Waterfall</name>
    <message>
        <source>Where the last turn's time went</source>
        <translation>Où est passé le temps du dernier échange</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Hello.</source>
        <translation>Bonjour.</translation>
    </message>
    <message>
        <source>Or type a line below. Nothing you say leaves this computer.</source>
        <translation>Ou écrivez une ligne ci-dessous. Rien de ce que vous dites ne quitte cet ordinateur.</translation>
    </message>
    <message>
        <source>Hold the orb, the button or the space bar, and say something.</source>
        <translation>Maintenez l’orbe, le bouton ou la barre d’espace, et dites quelque chose.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Getting ready</source>
        <translation>Préparation</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Prêt</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>À l’écoute</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Réflexion</translation>
    </message>
    <message>
        <source>Speaking</source>
        <translation>Parle</translation>
    </message>
    <message>
        <source>Muted</source>
        <translation>Microphone coupé</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>À vérifier</translation>
    </message>
    <message>
        <source>The models are being loaded.</source>
        <translation>Les modèles sont en cours de chargement.</translation>
    </message>
    <message>
        <source>Hold the orb or Space, and talk.</source>
        <translation>Maintenez l’orbe ou Espace, et parlez.</translation>
    </message>
    <message>
        <source>Let go when you have said it.</source>
        <translation>Relâchez quand vous avez fini.</translation>
    </message>
    <message>
        <source>Esc stops.</source>
        <translation>Échap arrête.</translation>
    </message>
    <message>
        <source>Esc stops. Hold Space to talk over it.</source>
        <translation>Échap arrête. Maintenez Espace pour l’interrompre.</translation>
    </message>
    <message>
        <source>Unmute to talk. Typing works.</source>
        <translation>Rouvrez le microphone pour parler. Écrire fonctionne.</translation>
    </message>
    <message>
        <source>See the message below.</source>
        <translation>Voyez le message ci-dessous.</translation>
    </message>
    <message>
        <source>Noticing speech</source>
        <translation>Repérer la parole</translation>
    </message>
    <message>
        <source>Understanding speech</source>
        <translation>Comprendre la parole</translation>
    </message>
    <message>
        <source>Thinking of an answer</source>
        <translation>Trouver une réponse</translation>
    </message>
    <message>
        <source>Speaking it</source>
        <translation>La dire</translation>
    </message>
    <message>
        <source>No loudspeaker was found. Connect one; answers can be read meanwhile.</source>
        <translation>Aucun haut-parleur n’a été trouvé. Branchez-en un ; d’ici là les réponses se lisent.</translation>
    </message>
    <message>
        <source>The loudspeaker {name} is gone. Connect it again; answers can be read.</source>
        <translation>Le haut-parleur {name} a disparu. Rebranchez-le ; les réponses se lisent.</translation>
    </message>
    <message>
        <source>Another program is using the loudspeaker. Close it and try again.</source>
        <translation>Un autre programme utilise le haut-parleur. Fermez-le et réessayez.</translation>
    </message>
    <message>
        <source>No microphone was found. Connect one; typing works meanwhile.</source>
        <translation>Aucun microphone n’a été trouvé. Branchez-en un ; d’ici là vous pouvez écrire.</translation>
    </message>
    <message>
        <source>Another program is using the microphone. Close it and try again.</source>
        <translation>Un autre programme utilise le microphone. Fermez-le et réessayez.</translation>
    </message>
    <message>
        <source>The microphone {name} gives no sound at all. Check its switch, its volume and whether this program may use it.</source>
        <translation>Le microphone {name} ne donne aucun son. Vérifiez son interrupteur, son volume et si ce programme a le droit de l’utiliser.</translation>
    </message>
    <message>
        <source>The microphone {name} is gone. Connect it again or choose another.</source>
        <translation>Le microphone {name} a disparu. Rebranchez-le ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>end of speech</source>
        <translation>fin de parole</translation>
    </message>
    <message>
        <source>stt</source>
        <translation>stt</translation>
    </message>
    <message>
        <source>llm first token</source>
        <translation>llm 1er jeton</translation>
    </message>
    <message>
        <source>first sentence</source>
        <translation>1re phrase</translation>
    </message>
    <message>
        <source>tts first audio</source>
        <translation>tts 1er son</translation>
    </message>
    <message>
        <source>playback</source>
        <translation>lecture</translation>
    </message>
    <message>
        <source>from your last word to the first sound</source>
        <translation>de votre dernier mot au premier son</translation>
    </message>
    <message>
        <source>No turn yet</source>
        <translation>Pas encore d’échange</translation>
    </message>
    <message>
        <source>from Enter to the first sound</source>
        <translation>d’Entrée au premier son</translation>
    </message>
    <message>
        <source>from your wish to the first sound</source>
        <translation>de votre demande au premier son</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>Mo</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>Go</translation>
    </message>
    <message>
        <source>.</source>
        <translation>,</translation>
    </message>
    <message>
        <source>hold to talk</source>
        <translation>maintenir pour parler</translation>
    </message>
    <message>
        <source>always listening</source>
        <translation>toujours à l’écoute</translation>
    </message>
    <message>
        <source>wake phrase</source>
        <translation>phrase d’éveil</translation>
    </message>
    <message>
        <source>Just talk.</source>
        <translation>Parlez, tout simplement.</translation>
    </message>
    <message>
        <source>Take your time, then stop talking.</source>
        <translation>Prenez votre temps ; un silence suffit pour finir.</translation>
    </message>
</context>
<context>
    <name>ModeSwitch</name>
    <message>
        <source>How you talk</source>
        <translation>Votre façon de parler</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Maintenir</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Toujours</translation>
    </message>
</context>
<context>
    <name>_Segment</name>
    <message>
        <source>{mode}, chosen</source>
        <translation>{mode}, choisi</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Mute the microphone</source>
        <translation>Couper le microphone</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Arrêter la réponse</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>Copier la dernière réponse</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Send what I said</source>
        <translation>Envoyer ce que j’ai dit</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>Parler</translation>
    </message>
    <message>
        <source>Hide the window</source>
        <translation>Cacher la fenêtre</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>Afficher la fenêtre</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Something went wrong inside; the log has the details. Please try again.</source>
        <translation>Une erreur interne s’est produite ; le journal donne les détails. Veuillez réessayer.</translation>
    </message>
    <message>
        <source>The settings could not be saved ({reason}); make {folder} writable.</source>
        <translation>Les réglages n’ont pas pu être enregistrés ({reason}) ; rendez {folder} accessible en écriture.</translation>
    </message>
    <message>
        <source>No microphone was found. Plug one in, or type instead.</source>
        <translation>Aucun microphone n’a été trouvé. Branchez-en un, ou écrivez.</translation>
    </message>
    <message>
        <source>No loudspeaker was found. Plug one in to hear the answers, or read them.</source>
        <translation>Aucun haut-parleur n’a été trouvé. Branchez-en un pour entendre les réponses, ou lisez-les.</translation>
    </message>
    <message>
        <source>Another program is using the microphone. Close it, or choose another one.</source>
        <translation>Un autre programme utilise le microphone. Fermez-le, ou choisissez un autre microphone.</translation>
    </message>
    <message>
        <source>Another program is using the loudspeaker. Close it, or choose another one.</source>
        <translation>Un autre programme utilise le haut-parleur. Fermez-le, ou choisissez un autre haut-parleur.</translation>
    </message>
    <message>
        <source>The microphone accepts no format this program can use. Choose another one.</source>
        <translation>Le microphone n’accepte aucun format utilisable par ce programme. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The loudspeaker accepts no format this program can use. Choose another one.</source>
        <translation>Le haut-parleur n’accepte aucun format utilisable par ce programme. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The microphone could not be started. Check that this program is allowed to use it, or choose another one.</source>
        <translation>Le microphone n’a pas pu être démarré. Vérifiez que ce programme a le droit de l’utiliser, ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The loudspeaker could not be started. Check it, or choose another one.</source>
        <translation>Le haut-parleur n’a pas pu être démarré. Vérifiez-le, ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The sound library PortAudio is missing. Install it (Debian and Ubuntu call it libportaudio2), or type instead.</source>
        <translation>La bibliothèque de son PortAudio manque. Installez-la (libportaudio2 sous Debian et Ubuntu), ou écrivez.</translation>
    </message>
    <message>
        <source>The sound system of this computer could not be started. Check it, or type instead.</source>
        <translation>Le système de son de cet ordinateur n’a pas pu être démarré. Vérifiez-le, ou écrivez.</translation>
    </message>
    <message>
        <source>The microphone is muted. Unmute it to talk, or type instead.</source>
        <translation>Le microphone est coupé. Rouvrez-le pour parler, ou écrivez.</translation>
    </message>
    <message>
        <source>The microphone delivers only silence. Check that it is switched on and allowed.</source>
        <translation>Le microphone ne donne que du silence. Vérifiez qu’il est allumé et autorisé.</translation>
    </message>
    <message>
        <source>The microphone stopped delivering sound. Looking for it again.</source>
        <translation>Le microphone ne donne plus de son. Il est recherché de nouveau.</translation>
    </message>
    <message>
        <source>The loudspeaker stopped playing. Looking for it again.</source>
        <translation>Le haut-parleur ne joue plus. Il est recherché de nouveau.</translation>
    </message>
    <message>
        <source>The language model could not read the text.</source>
        <translation>Le modèle de langue n’a pas pu lire le texte.</translation>
    </message>
    <message>
        <source>The language model ran out of memory. Please use a smaller model.</source>
        <translation>Le modèle de langue a manqué de mémoire. Utilisez un modèle plus petit.</translation>
    </message>
    <message>
        <source>There is not enough memory for the language model {model}. Please choose a smaller one.</source>
        <translation>Il n’y a pas assez de mémoire pour le modèle de langue {model}. Choisissez-en un plus petit.</translation>
    </message>
    <message>
        <source>Your message is longer than this model can read at once; please shorten it.</source>
        <translation>Votre message est plus long que ce que ce modèle peut lire d’un coup ; veuillez le raccourcir.</translation>
    </message>
    <message>
        <source>The file {path} is no GGUF language model. Please choose another one.</source>
        <translation>Le fichier {path} n’est pas un modèle de langue GGUF. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The file {path} is no ONNX model. Please choose another one.</source>
        <translation>Le fichier {path} n’est pas un modèle ONNX. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read: {reason}.</source>
        <translation>Le fichier de modèle {path} ne peut pas être lu : {reason}.</translation>
    </message>
    <message>
        <source>The speech model does not know the language "{language}". Please choose another language or model.</source>
        <translation>Le modèle de reconnaissance ne connaît pas la langue « {language} ». Choisissez une autre langue ou un autre modèle.</translation>
    </message>
    <message>
        <source>The voice and its description {name} do not belong together. Please install the voice again.</source>
        <translation>La voix et sa description {name} ne vont pas ensemble. Réinstallez la voix.</translation>
    </message>
    <message>
        <source>The voice of {name} needs a pronunciation that is not supported. Please choose another one.</source>
        <translation>La voix de {name} demande une prononciation qui n’est pas prise en charge. Choisissez-en une autre.</translation>
    </message>
    <message>
        <source>The file {path} is no Piper voice. Please choose another one.</source>
        <translation>Le fichier {path} n’est pas une voix Piper. Choisissez-en une autre.</translation>
    </message>
    <message>
        <source>The settings could not be read; defaults are in use, the old file is {path}.</source>
        <translation>Les réglages n’ont pas pu être lus ; les valeurs par défaut sont en usage, l’ancien fichier est {path}.</translation>
    </message>
    <message>
        <source>Some settings could not be read and are back at their defaults: {names}.</source>
        <translation>Certains réglages n’ont pas pu être lus et reprennent leurs valeurs par défaut : {names}.</translation>
    </message>
    <message>
        <source>The settings could not be read, so the defaults are in use.</source>
        <translation>Les réglages n’ont pas pu être lus ; les valeurs par défaut sont en usage.</translation>
    </message>
    <message>
        <source>The microphone {name} is not there, so {other} is used until it is.</source>
        <translation>Le micro {name} n’est pas là ; {other} sert en attendant.</translation>
    </message>
    <message>
        <source>The loudspeaker {name} is not there, so {other} is used until it is.</source>
        <translation>Le haut-parleur {name} n’est pas là ; {other} sert en attendant.</translation>
    </message>
    <message>
        <source>The microphone {name} is back and in use again.</source>
        <translation>Le micro {name} est revenu et sert de nouveau.</translation>
    </message>
    <message>
        <source>The loudspeaker {name} is back and in use again.</source>
        <translation>Le haut-parleur {name} est revenu et sert de nouveau.</translation>
    </message>
    <message>
        <source>The microphone {name} works at telephone quality, so words may be misunderstood; use another one if you can.</source>
        <translation>Le micro {name} n’a que la qualité du téléphone : des mots peuvent être mal compris. Utilisez-en un autre si vous le pouvez.</translation>
    </message>
    <message>
        <source>The microphone does not answer. It is used again as soon as it does.</source>
        <translation>Le micro ne répond pas. Il servira de nouveau dès qu’il répondra.</translation>
    </message>
    <message>
        <source>The loudspeaker does not answer. It is used again as soon as it does.</source>
        <translation>Le haut-parleur ne répond pas. Il servira de nouveau dès qu’il répondra.</translation>
    </message>
    <message>
        <source>The sound system does not answer any more. Restart this program, or type instead.</source>
        <translation>Le système sonore ne répond plus. Relancez le programme, ou écrivez.</translation>
    </message>
    <message>
        <source>The microphone is muted, but the sound system has not let go of it yet.</source>
        <translation>Le micro est coupé, mais le système sonore ne l’a pas encore lâché.</translation>
    </message>
    <message>
        <source>The model {model} is not installed; run `{command}` once.</source>
        <translation>Le modèle {model} n’est pas installé ; lancez une fois `{command}`.</translation>
    </message>
    <message>
        <source>The file {own} cannot be read; its instant replies are not used. Mend it.</source>
        <translation>Le fichier {own} ne peut pas être lu ; ses réponses immédiates ne servent pas. Réparez-le.</translation>
    </message>
    <message>
        <source>No model is named {model}; choose another in the settings.</source>
        <translation>Aucun modèle ne se nomme {model} ; choisissez-en un autre dans les réglages.</translation>
    </message>
    <message>
        <source>The model {path} cannot be opened; it is incomplete, damaged or of another kind. Please install the model again.</source>
        <translation>Le modèle {path} ne peut pas être ouvert ; il est incomplet, abîmé ou d’une autre sorte. Réinstallez-le.</translation>
    </message>
    <message>
        <source>The model file {path} is missing. Please install the model again.</source>
        <translation>Le fichier de modèle {path} manque. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model file {path} is empty. Please install the model again.</source>
        <translation>Le fichier de modèle {path} est vide. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model file {path} is incomplete. Please install the model again.</source>
        <translation>Le fichier de modèle {path} est incomplet. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model file {path} is not the expected one. Please install the model again.</source>
        <translation>Le fichier de modèle {path} n’est pas celui qui était attendu. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model file {path} is damaged. Please install the model again.</source>
        <translation>Le fichier de modèle {path} est abîmé. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model folder {path} is missing. Please install the model again.</source>
        <translation>Le dossier de modèle {path} manque. Réinstallez le modèle.</translation>
    </message>
    <message>
        <source>The model {model} could not be loaded ({kind}); the log has the details. Try again or restart.</source>
        <translation>Le modèle {model} n’a pas pu être chargé ({kind}) ; le journal donne les détails. Réessayez ou redémarrez.</translation>
    </message>
    <message>
        <source>{model} failed ({kind}); the log has the details. Try again or restart.</source>
        <translation>{model} a échoué ({kind}) ; le journal donne les détails. Réessayez ou redémarrez.</translation>
    </message>
    <message>
        <source>The speech model could not work on this sound. Please choose a smaller model.</source>
        <translation>Le modèle de reconnaissance n’a pas pu traiter ce son. Choisissez un modèle plus petit.</translation>
    </message>
    <message>
        <source>The voice could not say a sentence. Please try another voice.</source>
        <translation>La voix n’a pas pu dire une phrase. Essayez une autre voix.</translation>
    </message>
    <message>
        <source>The instant replies could not be read, so none are given.</source>
        <translation>Les réponses instantanées n’ont pas pu être lues ; il n’y en aura pas.</translation>
    </message>
    <message>
        <source>The instant replies for {language} are no list; they are unused.</source>
        <translation>Les réponses instantanées pour {language} ne sont pas une liste ; elles ne servent pas.</translation>
    </message>
    <message>
        <source>Instant reply number {number} ({language}) has no name; it is left out.</source>
        <translation>La réponse instantanée numéro {number} ({language}) n’a pas de nom ; elle est écartée.</translation>
    </message>
    <message>
        <source>The instant reply {name} ({language}) needs phrases and answers; it is left out.</source>
        <translation>La réponse instantanée {name} ({language}) demande des « phrases » et des « answers » ; elle est écartée.</translation>
    </message>
    <message>
        <source>Two instant replies are named {name} ({language}); the second is left out.</source>
        <translation>Deux réponses instantanées se nomment {name} ({language}) ; la seconde est écartée.</translation>
    </message>
    <message>
        <source>The instant reply {name} ({language}) holds what is no text; that is left out.</source>
        <translation>La réponse instantanée {name} ({language}) contient autre chose que du texte ; cela est écarté.</translation>
    </message>
    <message>
        <source>The phrase {phrase} ({language}) is already answered by {name}.</source>
        <translation>La phrase {phrase} ({language}) a déjà sa réponse : {name}.</translation>
    </message>
    <message>
        <source>The phrase {phrase} ({language}) is too long for an instant reply.</source>
        <translation>La phrase {phrase} ({language}) est trop longue pour une réponse instantanée.</translation>
    </message>
    <message>
        <source>CPU, {rest} threads</source>
        <translation>CPU, {rest} fils</translation>
    </message>
    <message>
        <source>This desktop gives programs no keys outside their window; bind her-desktop control talk-press and her-desktop control talk-release in its own settings.</source>
        <translation>Ce bureau ne donne aux programmes aucune touche hors de leur fenêtre ; associez her-desktop control talk-press et her-desktop control talk-release dans ses propres réglages.</translation>
    </message>
    <message>
        <source>There is no screen that a talk key could be taken from; bind her-desktop control talk-press and her-desktop control talk-release in the desktop's own settings.</source>
        <translation>Aucun écran ne peut fournir une touche de parole ; associez her-desktop control talk-press et her-desktop control talk-release dans les réglages du bureau.</translation>
    </message>
    <message>
        <source>The library for the talk key is not installed; run `python3 packaging/start.py` once, or bind her-desktop control talk-press and her-desktop control talk-release in the desktop's own settings.</source>
        <translation>La bibliothèque de la touche de parole n’est pas installée ; lancez une fois `python3 packaging/start.py`, ou associez her-desktop control talk-press et her-desktop control talk-release dans les réglages du bureau.</translation>
    </message>
    <message>
        <source>The desktop's shortcuts ended; quit and start again for the talk key.</source>
        <translation>Les raccourcis du bureau se sont arrêtés ; quittez et relancez pour retrouver la touche de parole.</translation>
    </message>
    <message>
        <source>The talk key was declined; allow it in the desktop's shortcut settings.</source>
        <translation>La touche de parole a été refusée ; autorisez-la dans les raccourcis du bureau.</translation>
    </message>
    <message>
        <source>The screen could not be reached for the talk key; check DISPLAY.</source>
        <translation>L’écran est injoignable pour la touche de parole ; vérifiez DISPLAY.</translation>
    </message>
    <message>
        <source>The screen is gone, and the talk key with it; start again.</source>
        <translation>L’écran a disparu, et la touche de parole avec lui ; relancez.</translation>
    </message>
    <message>
        <source>This keyboard has no key {key}; choose another talk key.</source>
        <translation>Ce clavier n’a pas de touche {key} ; choisissez une autre touche de parole.</translation>
    </message>
    <message>
        <source>Another program already uses {key}; choose another talk key.</source>
        <translation>Un autre programme utilise déjà {key} ; choisissez une autre touche de parole.</translation>
    </message>
    <message>
        <source>There is no key {key}. Write it like ctrl+alt+space or f9.</source>
        <translation>La touche {key} n’existe pas. Écrivez par exemple ctrl+alt+space ou f9.</translation>
    </message>
    <message>
        <source>The key {key} is needed for typing. Add ctrl, alt or super, or use one like f9.</source>
        <translation>La touche {key} sert à écrire. Ajoutez ctrl, alt ou super, ou prenez par exemple f9.</translation>
    </message>
    <message>
        <source>The system does not let this program see the talk key; allow it under Privacy and Security, Input Monitoring.</source>
        <translation>Le système ne laisse pas ce programme voir la touche de parole ; autorisez-le sous Confidentialité et sécurité, Surveillance de l’entrée.</translation>
    </message>
</context>
</TS>
