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
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Settings (Ctrl+,)</source>
        <translation>Réglages (Ctrl+,)</translation>
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
        <source>her is still here: its icon in the tray brings the window back.</source>
        <translation>her est toujours là : son icône dans la zone de notification ramène la fenêtre.</translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message>
        <source>not removed</source>
        <translation>non supprimé</translation>
    </message>
    <message>
        <source>{level} dB quieter</source>
        <translation>{level} dB de moins</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>Écho</translation>
    </message>
    <message>
        <source>By how much its own voice is made quieter in what it hears.</source>
        <translation>De combien sa propre voix est affaiblie dans ce qu’elle entend.</translation>
    </message>
    <message>
        <source>Echo delay</source>
        <translation>Retard de l’écho</translation>
    </message>
    <message>
        <source>From the loudspeaker through the room to the microphone.</source>
        <translation>Du haut-parleur au microphone, à travers la pièce.</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Santé</translation>
    </message>
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
        <source>GPU, others</source>
        <translation>GPU, autres</translation>
    </message>
    <message>
        <source>GPU, {stage}</source>
        <translation>GPU, {stage}</translation>
    </message>
    <message>
        <source>its load</source>
        <translation>sa charge</translation>
    </message>
    <message>
        <source>its memory</source>
        <translation>sa mémoire</translation>
    </message>
    <message>
        <source>short bursts of work</source>
        <translation>les courts moments de travail</translation>
    </message>
    <message>
        <source>the load of single programs</source>
        <translation>la charge de chaque programme</translation>
    </message>
    <message>
        <source>the memory of single programs</source>
        <translation>la mémoire de chaque programme</translation>
    </message>
    <message>
        <source>its temperature</source>
        <translation>sa température</translation>
    </message>
    <message>
        <source>its power</source>
        <translation>sa puissance</translation>
    </message>
    <message>
        <source>its clock</source>
        <translation>sa fréquence</translation>
    </message>
    <message>
        <source>{model} stays in use.</source>
        <translation>{model} reste utilisé.</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Microphone</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Haut-parleur</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <translation>pas encore essayé</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>en échec</translation>
    </message>
    <message>
        <source>works</source>
        <translation>fonctionne</translation>
    </message>
    <message>
        <source>works, {time}</source>
        <translation>fonctionne, {time}</translation>
    </message>
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
        <translation>formule d’éveil</translation>
    </message>
    <message>
        <source>Go on, if you like.</source>
        <translation>Continuez, si vous voulez.</translation>
    </message>
    <message>
        <source>Choose a wake phrase in the settings.</source>
        <translation>Choisissez une formule d’éveil dans les réglages.</translation>
    </message>
    <message>
        <source>Say “{phrase}”, and what you want.</source>
        <translation>Dites « {phrase} », puis votre demande.</translation>
    </message>
    <message>
        <source>Just talk.</source>
        <translation>Parlez, tout simplement.</translation>
    </message>
    <message>
        <source>Take your time, then stop talking.</source>
        <translation>Prenez votre temps ; un silence suffit pour finir.</translation>
    </message>
    <message>
        <source>en</source>
        <translation>fr</translation>
    </message>
</context>
<context>
    <name>ModeSwitch</name>
    <message>
        <source>By name</source>
        <translation>À l’appel</translation>
    </message>
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
        <source>Unmute the microphone</source>
        <translation>Rouvrir le microphone</translation>
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
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
</context>
<context>
    <name>StageLights</name>
    <message>
        <source>Examine everything</source>
        <translation>Tout examiner</translation>
    </message>
</context>
<context>
    <name>Diagnostics</name>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnostic</translation>
    </message>
    <message>
        <source>Examine everything</source>
        <translation>Tout examiner</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copies this page as text; nothing you said is in it.</source>
        <translation>Copie cette page en texte ; rien de ce que vous avez dit n’y figure.</translation>
    </message>
    <message>
        <source>Since the program started</source>
        <translation>Depuis le lancement</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Trying one thing after the other; {count} done.</source>
        <translation>Chaque chose est essayée à son tour ; {count} de faites.</translation>
    </message>
    <message>
        <source>Tries the models, the microphone, the loudspeaker and this computer.</source>
        <translation>Essaie les modèles, le microphone, le haut-parleur et cet ordinateur.</translation>
    </message>
    <message>
        <source>{count} tried; {faults} broken.</source>
        <translation>{count} choses essayées ; {faults} en panne.</translation>
    </message>
    <message>
        <source>{count} tried; nothing is broken.</source>
        <translation>{count} choses essayées ; rien n’est en panne.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Ce qui a été trouvé</translation>
    </message>
    <message>
        <source>GPU: {stage}</source>
        <translation>GPU : {stage}</translation>
    </message>
    <message>
        <source>A whole turn</source>
        <translation>Un échange entier</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Sound system</source>
        <translation>Système sonore</translation>
    </message>
    <message>
        <source>Model files</source>
        <translation>Fichiers des modèles</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Disque</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Control from outside</source>
        <translation>Commande de l’extérieur</translation>
    </message>
    <message>
        <source>Talk key</source>
        <translation>Touche de parole</translation>
    </message>
    <message>
        <source>Tray</source>
        <translation>Zone de notification</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>successes {good}, failures {bad}</source>
        <translation>réussites {good}, échecs {bad}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>à l’instant</translation>
    </message>
    <message>
        <source>{count} s ago</source>
        <translation>il y a {count} s</translation>
    </message>
    <message>
        <source>{count} min ago</source>
        <translation>il y a {count} min</translation>
    </message>
</context>
<context>
    <name>FindingTable</name>
    <message>
        <source>well</source>
        <translation>bien</translation>
    </message>
    <message>
        <source>broken</source>
        <translation>en panne</translation>
    </message>
    <message>
        <source>to know</source>
        <translation>à savoir</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>{device}, measured: GPU {gpu} ms, CPU {cpu} ms</source>
        <translation>{device}, mesuré : GPU {gpu} ms, CPU {cpu} ms</translation>
    </message>
    <message>
        <source>The first sound of {model} was measured on this computer: {gpu} ms on the GPU, {cpu} ms on the processor. The settings can choose otherwise.</source>
        <translation>Le premier son de {model} a été mesuré sur cet ordinateur : {gpu} ms sur le GPU, {cpu} ms sur le processeur. Les réglages permettent un autre choix.</translation>
    </message>
    <message>
        <source>Noticed a voice in the microphone's sound.</source>
        <translation>A remarqué une voix dans le son du microphone.</translation>
    </message>
    <message>
        <source>Spoke {length} s of sound on {runs_on}.</source>
        <translation>A produit {length} s de son sur {runs_on}.</translation>
    </message>
    <message>
        <source>The voice made no sound. Choose another voice.</source>
        <translation>La voix n’a produit aucun son. Choisissez une autre voix.</translation>
    </message>
    <message>
        <source>Recognised the spoken sentence on {runs_on}.</source>
        <translation>A reconnu la phrase prononcée sur {runs_on}.</translation>
    </message>
    <message>
        <source>The spoken sentence was recognised as “{text}”. Choose another model.</source>
        <translation>La phrase prononcée a été comprise comme « {text} ». Choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>Began to answer on {runs_on}.</source>
        <translation>A commencé à répondre sur {runs_on}.</translation>
    </message>
    <message>
        <source>The language model gave no answer. Choose another model.</source>
        <translation>Le modèle de langue n’a donné aucune réponse. Choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>Not tried, because you were talking. Examine again.</source>
        <translation>Pas essayé, car vous parliez. Examinez à nouveau.</translation>
    </message>
    <message>
        <source>Not tried, because the voice made no sentence to try it with.</source>
        <translation>Pas essayé, car la voix n’a produit aucune phrase pour cela.</translation>
    </message>
    <message>
        <source>Not tried, because it was stopped. Examine again.</source>
        <translation>Pas essayé, car cela a été arrêté. Examinez à nouveau.</translation>
    </message>
    <message>
        <source>It failed ({name}); the log has the details.</source>
        <translation>Cela a échoué ({name}) ; le journal donne les détails.</translation>
    </message>
    <message>
        <source>The voice's sentence became audible; you should have heard it.</source>
        <translation>La phrase de la voix a été jouée ; vous devriez l’avoir entendue.</translation>
    </message>
    <message>
        <source>The sentence could not be played. Choose another output device.</source>
        <translation>La phrase n’a pas pu être jouée. Choisissez un autre haut-parleur.</translation>
    </message>
    <message>
        <source>The examination of this computer said nonsense. Start the program again.</source>
        <translation>L’examen de cet ordinateur a donné un résultat incompréhensible. Relancez le programme.</translation>
    </message>
    <message>
        <source>{program} could not be started to look at this computer. Install it again.</source>
        <translation>{program} n’a pas pu être lancé pour examiner cet ordinateur. Réinstallez-le.</translation>
    </message>
    <message>
        <source>It did not answer in time. Restart the program if that happens again.</source>
        <translation>Pas de réponse à temps. Redémarrez le programme si cela se répète.</translation>
    </message>
    <message>
        <source>The microphone delivered nothing. Connect it again, or unmute it.</source>
        <translation>Le microphone n’a rien livré. Rebranchez-le, ou réactivez-le.</translation>
    </message>
    <message>
        <source>It delivered {length} s of pure silence. Check that it is switched on.</source>
        <translation>Il a livré {length} s de silence pur. Vérifiez qu’il est allumé.</translation>
    </message>
    <message>
        <source>It delivered {length} s of sound, {peak} dB at its loudest.</source>
        <translation>Il a livré {length} s de son, {peak} dB au plus fort.</translation>
    </message>
    <message>
        <source>Noticed no voice in the microphone's sound. Talk while it is tested.</source>
        <translation>Aucune voix remarquée dans le son du microphone. Parlez pendant l’essai.</translation>
    </message>
    <message>
        <source>The last answer, from the question's end to its first sound.</source>
        <translation>La dernière réponse, de la fin de la question à son premier son.</translation>
    </message>
    <message>
        <source>Nothing has been answered aloud yet; say or type something.</source>
        <translation>Rien n’a encore reçu de réponse à voix haute ; dites ou écrivez quelque chose.</translation>
    </message>
    <message>
        <source>There is a GPU: {names}.</source>
        <translation>Il y a un GPU : {names}.</translation>
    </message>
    <message>
        <source>No GPU was found. {reason}</source>
        <translation>Aucun GPU trouvé. {reason}</translation>
    </message>
    <message>
        <source>{name} uses the GPU ({detail}).</source>
        <translation>{name} utilise le GPU ({detail}).</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because there is no GPU.</source>
        <translation>{name} tourne sur le processeur ({detail}), car il n’y a pas de GPU.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because you chose so. Set {setting}_device to auto for the GPU.</source>
        <translation>{name} tourne sur le processeur ({detail}), car vous l’avez choisi. Mettez {setting}_device sur auto pour le GPU.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because it was measured to be faster there. Set {setting}_device to gpu to have it on the GPU all the same.</source>
        <translation>{name} tourne sur le processeur ({detail}), car il y a été mesuré plus rapide. Mettez {setting}_device sur gpu pour l’avoir quand même sur le GPU.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because you chose so. Set gpu_layers to -1 for the GPU.</source>
        <translation>{name} tourne sur le processeur ({detail}), car vous l’avez choisi. Mettez gpu_layers sur -1 pour le GPU.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because the variable CUDA_VISIBLE_DEVICES hides every NVIDIA GPU. Remove it from the environment, or name a GPU in it.</source>
        <translation>{name} tourne sur le processeur ({detail}), car la variable CUDA_VISIBLE_DEVICES cache tous les GPU NVIDIA. Retirez-la de l’environnement, ou nommez-y un GPU.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because its engine is not built for this GPU. To use it, install a llama-cpp-python that is built for Vulkan or ROCm.</source>
        <translation>{name} tourne sur le processeur ({detail}), car son moteur n’est pas construit pour ce GPU. Pour l’utiliser, installez un llama-cpp-python construit pour Vulkan ou ROCm.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}), because it can use no GPU but one of NVIDIA's.</source>
        <translation>{name} tourne sur le processeur ({detail}), car il ne peut utiliser que les GPU de NVIDIA.</translation>
    </message>
    <message>
        <source>{name} runs on the processor ({detail}). {reason}</source>
        <translation>{name} tourne sur le processeur ({detail}). {reason}</translation>
    </message>
    <message>
        <source>There is a GPU: {names}. {reason}</source>
        <translation>Il y a un GPU : {names}. {reason}</translation>
    </message>
    <message>
        <source>The system's own sound is used.</source>
        <translation>Le son du système est utilisé.</translation>
    </message>
    <message>
        <source>The sound server answers at its socket: {names}.</source>
        <translation>Le serveur de son est là : {names}.</translation>
    </message>
    <message>
        <source>No PulseAudio or PipeWire is reached; a device then serves one program at a time. Start one of them.</source>
        <translation>Ni PulseAudio ni PipeWire n’est joignable ; un appareil ne sert alors qu’un programme à la fois. Lancez l’un d’eux.</translation>
    </message>
    <message>
        <source>{count} models, {size} MB, are what the catalogue says, byte for byte.</source>
        <translation>{count} modèles, {size} Mo, sont ce que dit le catalogue, octet par octet.</translation>
    </message>
    <message>
        <source>{count} models, {size} MB, are what the catalogue says, byte for byte. Nothing is known to compare {names} with.</source>
        <translation>{count} modèles, {size} Mo, sont ce que dit le catalogue, octet par octet. Rien ne permet de comparer {names}.</translation>
    </message>
    <message>
        <source>{name} is not installed. Run `her-desktop models install {id}`.</source>
        <translation>{name} n’est pas installé. Lancez `her-desktop models install {id}`.</translation>
    </message>
    <message>
        <source>The file {name} of {model} is {problem}. Run `her-desktop models install {id}`.</source>
        <translation>Le fichier {name} de {model} est en défaut ({problem}). Lancez `her-desktop models install {id}`.</translation>
    </message>
    <message>
        <source>The file {name} of {model} is {problem}. It came with the program: install that again.</source>
        <translation>Le fichier {name} de {model} est en défaut ({problem}). Il est venu avec le programme : réinstallez celui-ci.</translation>
    </message>
    <message>
        <source>Only {free} MB are free, so nothing more may be saved. Free some space.</source>
        <translation>Seuls {free} Mo sont libres : plus rien ne pourra peut-être être enregistré. Libérez de la place.</translation>
    </message>
    <message>
        <source>{size} GB are free for models.</source>
        <translation>{size} Go sont libres pour les modèles.</translation>
    </message>
    <message>
        <source>{size} GB are free for models. A larger model will not fit; free some space first.</source>
        <translation>{size} Go sont libres pour les modèles. Un plus grand modèle ne tiendra pas ; libérez d’abord de la place.</translation>
    </message>
    <message>
        <source>{free} GB are free; the chosen models need about {needed}.</source>
        <translation>{free} Go sont libres ; les modèles choisis demandent environ {needed}.</translation>
    </message>
    <message>
        <source>{free} GB are free; the chosen models need about {needed}. Close other programs or choose smaller models.</source>
        <translation>{free} Go sont libres ; les modèles choisis demandent environ {needed}. Fermez d’autres programmes ou choisissez de plus petits modèles.</translation>
    </message>
    <message>
        <source>{place} cannot be written to ({why}). Make it writable.</source>
        <translation>{place} n’est pas accessible en écriture ({why}). Rendez-le modifiable.</translation>
    </message>
    <message>
        <source>Others may write to {place}. Run `chmod go-w {again}`.</source>
        <translation>D’autres peuvent écrire dans {place}. Lancez `chmod go-w {again}`.</translation>
    </message>
    <message>
        <source>Others may read what was said. Run `chmod -R go-rwx {place}`.</source>
        <translation>D’autres peuvent lire ce qui a été dit. Lancez `chmod -R go-rwx {place}`.</translation>
    </message>
    <message>
        <source>Settings, models and logs can be written, and by nobody else.</source>
        <translation>Réglages, modèles et journaux peuvent être écrits, et par personne d’autre.</translation>
    </message>
    <message>
        <source>No window is running that `her-desktop control` could drive.</source>
        <translation>Aucune fenêtre n’est ouverte que `her-desktop control` pourrait piloter.</translation>
    </message>
    <message>
        <source>The window is running, and answers: {state}.</source>
        <translation>La fenêtre est ouverte et répond : {state}.</translation>
    </message>
    <message>
        <source>No talk key outside the window is wanted.</source>
        <translation>Aucune touche de parole n’est voulue hors de la fenêtre.</translation>
    </message>
    <message>
        <source>The key {key} was pressed and seen outside the window.</source>
        <translation>La touche {key} a été pressée et vue hors de la fenêtre.</translation>
    </message>
    <message>
        <source>Whether {key} works is known once it was pressed while the window runs. Press it.</source>
        <translation>On saura si {key} fonctionne quand elle aura été pressée, fenêtre ouverte. Pressez-la.</translation>
    </message>
    <message>
        <source>This system always has a place for the icon.</source>
        <translation>Ce système a toujours une place pour l’icône.</translation>
    </message>
    <message>
        <source>The desktop has a place for the icon.</source>
        <translation>Le bureau a une place pour l’icône.</translation>
    </message>
    <message>
        <source>This desktop shows no tray icons, so a closed window is minimised instead. On GNOME, install the AppIndicator extension.</source>
        <translation>Ce bureau n’affiche pas d’icônes de notification ; une fenêtre fermée est donc réduite. Sous GNOME, installez l’extension AppIndicator.</translation>
    </message>
    <message>
        <source>The last run ended unexpectedly. What is known of it is in {folder}; nothing else needs to be done.</source>
        <translation>La dernière session s’est terminée de façon inattendue. Ce qu’on en sait est dans {folder} ; il n’y a rien d’autre à faire.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to, so nothing that you choose will be remembered. Make it writable, or choose another with --data-dir.</source>
        <translation>On ne peut pas écrire dans le dossier {folder} : rien de ce que vous choisirez ne sera retenu. Rendez-le accessible en écriture, ou choisissez-en un autre avec --data-dir.</translation>
    </message>
    <message>
        <source>Starting at login could not be changed ({reason}); make {folder} writable, or use the desktop's own list of programs to start.</source>
        <translation>Le démarrage à l’ouverture de session n’a pas pu être changé ({reason}) ; rendez {folder} accessible en écriture, ou passez par la liste des programmes au démarrage du bureau.</translation>
    </message>
    <message>
        <source>The entry in the applications menu could not be changed ({reason}); make {folder} writable.</source>
        <translation>L’entrée du menu des applications n’a pas pu être changée ({reason}) ; rendez {folder} accessible en écriture.</translation>
    </message>
    <message>
        <source>This system's list of programs that start with it is not known; use its own.</source>
        <translation>La liste des programmes au démarrage de ce système n’est pas connue ; passez par la sienne.</translation>
    </message>
    <message>
        <source>{model} does not fit into the GPU's memory and runs on the processor. Close other programs that use the GPU, or choose a smaller model.</source>
        <translation>{model} ne tient pas dans la mémoire du GPU et tourne sur le processeur. Fermez les autres programmes qui utilisent le GPU, ou choisissez un modèle plus petit.</translation>
    </message>
    <message>
        <source>{model} runs on the processor, because the GPU library {library} is missing. Run `python3 packaging/start.py --cuda` once.</source>
        <translation>{model} tourne sur le processeur, car la bibliothèque {library} du GPU manque. Lancez une fois `python3 packaging/start.py --cuda`.</translation>
    </message>
    <message>
        <source>{model} runs on the processor, because the GPU library {library} is needed and only {instead} is there. Run `python3 packaging/start.py --cuda` once.</source>
        <translation>{model} tourne sur le processeur, car il faut la bibliothèque {library} du GPU et seule {instead} est là. Lancez une fois `python3 packaging/start.py --cuda`.</translation>
    </message>
    <message>
        <source>{model} runs on the processor, because the graphics driver is too old for CUDA 12. Install a newer driver, 525 or later.</source>
        <translation>{model} tourne sur le processeur, car le pilote graphique est trop ancien pour CUDA 12. Installez-en un plus récent, 525 ou suivant.</translation>
    </message>
    <message>
        <source>The GPU stopped answering, so {model} now runs on the processor. Restart the computer if the GPU stays away.</source>
        <translation>Le GPU ne répond plus, donc {model} tourne maintenant sur le processeur. Redémarrez l’ordinateur si le GPU ne revient pas.</translation>
    </message>
    <message>
        <source>{model} runs on the processor, because no GPU answers. Check that the graphics driver is installed.</source>
        <translation>{model} tourne sur le processeur, car aucun GPU ne répond. Vérifiez que le pilote graphique est installé.</translation>
    </message>
    <message>
        <source>{model} runs on the processor, because the installed engine knows no GPU. Run `python3 packaging/start.py --cuda` once.</source>
        <translation>{model} tourne sur le processeur, car le moteur installé ne connaît aucun GPU. Lancez une fois `python3 packaging/start.py --cuda`.</translation>
    </message>
    <message>
        <source>The GPU failed with {model}, which now runs on the processor. The log has the details; a newer graphics driver often helps.</source>
        <translation>Le GPU a échoué avec {model}, qui tourne maintenant sur le processeur. Le journal donne les détails ; un pilote graphique plus récent aide souvent.</translation>
    </message>
    <message>
        <source>{model} calculates in the smaller number format {format}, because the GPU's memory is short. Choose smaller models for full precision.</source>
        <translation>{model} calcule dans le format de nombres réduit {format}, car la mémoire du GPU est limitée. Choisissez des modèles plus petits pour la pleine précision.</translation>
    </message>
    <message>
        <source>{count} of {all} layers of {model} are on the GPU, as its memory holds no more, so answers come slower. Choose a smaller model for speed.</source>
        <translation>{count} couches sur {all} de {model} sont sur le GPU, dont la mémoire n’en contient pas plus : les réponses sont plus lentes. Choisissez un modèle plus petit pour aller plus vite.</translation>
    </message>
    <message>
        <source>{model} looks back on {count} tokens of the conversation instead of {all}, because the GPU's memory is short.</source>
        <translation>{model} se souvient de {count} jetons de la conversation au lieu de {all}, car la mémoire du GPU est limitée.</translation>
    </message>
    <message>
        <source>The voice {model} runs on the processor, because the GPU's memory is full. It is nearly as quick there.</source>
        <translation>La voix {model} tourne sur le processeur, car la mémoire du GPU est pleine. Elle y est presque aussi rapide.</translation>
    </message>
    <message>
        <source>The GPU {card} is not used, because the parts for it are not installed. Run `python3 packaging/start.py --cuda` once.</source>
        <translation>Le GPU {card} n’est pas utilisé, car ce qu’il lui faut n’est pas installé. Lancez une fois `python3 packaging/start.py --cuda`.</translation>
    </message>
    <message>
        <source>The GPU stopped in the middle of the answer. The processor has taken over: please ask again.</source>
        <translation>Le GPU s’est arrêté au milieu de la réponse. Le processeur a pris le relais : reposez votre question.</translation>
    </message>
    <message>
        <source>The GPU stopped in the middle of the answer. The processor is taking over: please ask again in a moment.</source>
        <translation>Le GPU s’est arrêté au milieu de la réponse. Le processeur prend le relais : reposez votre question dans un instant.</translation>
    </message>
    <message>
        <source>The language model's engine broke down in the middle of the answer and is being started anew. Please ask again in a moment.</source>
        <translation>Le moteur du modèle de langue est tombé en panne au milieu de la réponse et redémarre. Reposez votre question dans un instant.</translation>
    </message>
    <message>
        <source>The engine of {model} broke down and was started anew. If that happens again, choose another model.</source>
        <translation>Le moteur de {model} est tombé en panne et a été redémarré. Si cela se reproduit, choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>The engine of {model} broke down {times} times, so it is left alone. Choose another model, or start the program again.</source>
        <translation>Le moteur de {model} est tombé en panne {times} fois et n’est plus relancé. Choisissez un autre modèle ou redémarrez le programme.</translation>
    </message>
    <message>
        <source>The language model's engine is a build for NVIDIA's graphics driver, and {library} of that driver is missing. Install the driver, or run `python3 packaging/start.py --cpu` once.</source>
        <translation>Le moteur du modèle de langue est fait pour le pilote graphique de NVIDIA, dont {library} manque. Installez ce pilote, ou lancez une fois `python3 packaging/start.py --cpu`.</translation>
    </message>
    <message>
        <source>The language model's engine cannot start, because the library {library} is missing. Run `python3 packaging/start.py --cuda` once.</source>
        <translation>Le moteur du modèle de langue ne peut pas démarrer, car la bibliothèque {library} manque. Lancez une fois `python3 packaging/start.py --cuda`.</translation>
    </message>
    <message>
        <source>The language model's engine cannot be opened on this computer. Run `python3 packaging/start.py` once.</source>
        <translation>Le moteur du modèle de langue ne peut pas être ouvert sur cet ordinateur. Lancez une fois `python3 packaging/start.py`.</translation>
    </message>
    <message>
        <source>This computer has an NVIDIA GPU, but NVIDIA's own driver for it is not in use. Install it, version 525 or newer, and restart the computer.</source>
        <translation>Cet ordinateur a un GPU NVIDIA, mais le pilote de NVIDIA n’est pas utilisé. Installez-le, en version 525 ou plus récente, et redémarrez l’ordinateur.</translation>
    </message>
    <message>
        <source>There is no NVIDIA GPU, or its driver is not installed.</source>
        <translation>Il n’y a pas de GPU NVIDIA, ou son pilote n’est pas installé.</translation>
    </message>
    <message>
        <source>The NVIDIA driver is installed, but no GPU answers it. Restart the computer.</source>
        <translation>Le pilote NVIDIA est installé, mais aucun GPU ne lui répond. Redémarrez l’ordinateur.</translation>
    </message>
    <message>
        <source>The NVIDIA driver is installed but does not run. Restart the computer.</source>
        <translation>Le pilote NVIDIA est installé mais ne tourne pas. Redémarrez l’ordinateur.</translation>
    </message>
    <message>
        <source>The NVIDIA driver was updated while it was in use. Restart the computer.</source>
        <translation>Le pilote NVIDIA a été mis à jour pendant qu’il servait. Redémarrez l’ordinateur.</translation>
    </message>
    <message>
        <source>This user may not use the NVIDIA GPU. Ask for access to /dev/nvidia*.</source>
        <translation>Cet utilisateur n’a pas accès au GPU NVIDIA. Demandez l’accès à /dev/nvidia*.</translation>
    </message>
    <message>
        <source>The NVIDIA driver does not answer ({error}). Restart the computer.</source>
        <translation>Le pilote NVIDIA ne répond pas ({error}). Redémarrez l’ordinateur.</translation>
    </message>
    <message>
        <source>macOS does not tell programs how busy the GPU is.</source>
        <translation>macOS ne dit pas aux programmes à quel point le GPU est occupé.</translation>
    </message>
    <message>
        <source>Without an NVIDIA driver, Windows does not tell how busy the GPU is.</source>
        <translation>Sans pilote NVIDIA, Windows ne dit pas à quel point le GPU est occupé.</translation>
    </message>
    <message>
        <source>GPU ({kind}), all layers</source>
        <translation>GPU ({kind}), toutes les couches</translation>
    </message>
    <message>
        <source>GPU ({kind}), {count} of {all} layers</source>
        <translation>GPU ({kind}), {count} couches sur {all}</translation>
    </message>
    <message>
        <source>The language model finished without a word. Try again, or choose another model.</source>
        <translation>Le modèle de langue a terminé sans un mot. Réessayez, ou choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>The voice made nothing but silence. Choose another voice.</source>
        <translation>La voix n’a produit que du silence. Choisissez une autre voix.</translation>
    </message>
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
        <source>The wake phrase cannot be listened for here. Choose a phrase of your own in the settings, or install the program again.</source>
        <translation>La formule d’éveil ne peut pas être reconnue ici. Choisissez une formule à vous dans les réglages, ou réinstallez le programme.</translation>
    </message>
    <message>
        <source>The assistant hears itself and cannot remove its voice from the microphone's sound, so it does not listen while it speaks; headphones help.</source>
        <translation>L’assistante s’entend elle-même et ne peut pas enlever sa voix du son du microphone ; elle n’écoute donc pas pendant qu’elle parle. Un casque aide.</translation>
    </message>
    <message>
        <source>The echo canceller could not be loaded. Install the program again, or use headphones.</source>
        <translation>L’annulation d’écho n’a pas pu être chargée. Réinstallez le programme, ou utilisez un casque.</translation>
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
        <translation>Le fichier {own} ne peut pas être lu ; ses réponses instantanées ne servent pas. Réparez-le.</translation>
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
        <source>The speech model lacks a mark that every Whisper model has. Please choose another one.</source>
        <translation>Il manque au modèle de reconnaissance un repère que tout modèle Whisper possède. Choisissez-en un autre.</translation>
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
        <source>CPU, {rest} thread{s}</source>
        <translation>CPU, {rest} fil{s} d’exécution</translation>
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
    <message>
        <source>The settings file was damaged; what could be read of it is kept. Please look through the settings.</source>
        <translation>Le fichier de réglages était endommagé ; ce qui a pu être lu est conservé. Veuillez parcourir les réglages.</translation>
    </message>
    <message>
        <source>What is said cannot be kept: the folder {folder} cannot be written. Free some space or make it writable, or turn the history off in the settings.</source>
        <translation>Ce qui est dit ne peut pas être conservé : impossible d’écrire dans le dossier {folder}. Libérez de la place, rendez-le accessible en écriture, ou désactivez l’historique dans les réglages.</translation>
    </message>
    <message>
        <source>The model file {path} is incomplete: {found} of {promised} bytes are there. Please get it again.</source>
        <translation>Le fichier de modèle {path} est incomplet : {found} octets sur {promised} sont là. Procurez-vous-le de nouveau.</translation>
    </message>
    <message>
        <source>The model file {path} is damaged or was cut off: its table of contents makes no sense. Please get it again.</source>
        <translation>Le fichier de modèle {path} est abîmé ou a été coupé : sa table des matières n’a pas de sens. Procurez-vous-le de nouveau.</translation>
    </message>
    <message>
        <source>The model {name} makes the library that reads it crash: it is damaged or was made to. Please choose another one.</source>
        <translation>Le modèle {name} fait planter la bibliothèque qui le lit : il est abîmé, ou fait pour cela. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The file {name} is a pickle or an archive, which can hold a program and is never opened. Please choose a GGUF, CTranslate2 or ONNX model.</source>
        <translation>Le fichier {name} est un « pickle » ou une archive, qui peut contenir un programme et n’est jamais ouvert. Choisissez un modèle GGUF, CTranslate2 ou ONNX.</translation>
    </message>
    <message>
        <source>The model {name} needs {needed} GB of memory and {free} GB are free. Please choose a smaller one.</source>
        <translation>Le modèle {name} demande {needed} Go de mémoire et {free} Go sont libres. Choisissez-en un plus petit.</translation>
    </message>
    <message>
        <source>The file {path} is no Whisper model in the form of CTranslate2. Please choose another one.</source>
        <translation>Le fichier {path} n’est pas un modèle Whisper au format CTranslate2. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The file {path} describes no Piper voice. Please choose another one.</source>
        <translation>Le fichier {path} ne décrit pas de voix Piper. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The model {name} could not be tried out, because no other process could be started. Please start the program again.</source>
        <translation>Le modèle {name} n’a pas pu être essayé, car aucun autre processus n’a pu démarrer. Relancez le programme.</translation>
    </message>
    <message>
        <source>The model {name} is incomplete, damaged or of another kind than it seems. Please choose another one.</source>
        <translation>Le modèle {name} est incomplet, abîmé ou d’une autre sorte qu’il ne semble. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The chat template of {name} does not come to an end, so the model cannot be used. Please choose another one.</source>
        <translation>Le gabarit de conversation de {name} n’en finit pas : le modèle ne peut pas servir. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>There is not enough memory to open the model {name}. Please choose a smaller one.</source>
        <translation>Il n’y a pas assez de mémoire pour ouvrir le modèle {name}. Choisissez-en un plus petit.</translation>
    </message>
    <message>
        <source>The model {name} did not open within {seconds} seconds, so it is not used. Please choose another one.</source>
        <translation>Le modèle {name} ne s’est pas ouvert en {seconds} secondes : il n’est pas utilisé. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The file {path} is a part of a model or an addition to one, and cannot talk by itself. Please choose another one.</source>
        <translation>Le fichier {path} est une partie d’un modèle ou un complément, et ne peut parler seul. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The voice {name} has no description {file}.json beside it. Please get both files.</source>
        <translation>La voix {name} n’a pas sa description {file}.json à côté d’elle. Procurez-vous les deux fichiers.</translation>
    </message>
    <message>
        <source>The model {name} keeps parts of itself in other files, which is not safe. Please choose another one.</source>
        <translation>Le modèle {name} garde des parties de lui-même dans d’autres fichiers, ce qui n’est pas sûr. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The folder {folder} holds several models. Please choose one of the files in it.</source>
        <translation>Le dossier {folder} contient plusieurs modèles. Choisissez un des fichiers qu’il contient.</translation>
    </message>
    <message>
        <source>The file {name} is one of several parts of a model. Please choose a model that is one file.</source>
        <translation>Le fichier {name} est une partie d’un modèle en plusieurs fichiers. Choisissez un modèle d’un seul fichier.</translation>
    </message>
    <message>
        <source>The file {name} is a link that leads out of {folder}, which is not safe. Please choose the folder that holds the files themselves.</source>
        <translation>Le fichier {name} est un lien qui mène hors de {folder}, ce qui n’est pas sûr. Choisissez le dossier qui contient les fichiers eux-mêmes.</translation>
    </message>
    <message>
        <source>{path} is no model that can be used here. Please choose a GGUF file, a folder with a CTranslate2 Whisper model, or a Piper voice with its json.</source>
        <translation>{path} n’est pas un modèle utilisable ici. Choisissez un fichier GGUF, un dossier contenant un modèle Whisper pour CTranslate2, ou une voix Piper avec son json.</translation>
    </message>
    <message>
        <source>The model could not be tried out; please try another one.</source>
        <translation>Le modèle n’a pas pu être essayé ; essayez-en un autre.</translation>
    </message>
    <message>
        <source>{name} is in use; choose another in the settings first.</source>
        <translation>{name} est en service ; choisissez-en d’abord un autre dans les réglages.</translation>
    </message>
    <message>
        <source>Another window is installing this model; this one waits for it.</source>
        <translation>Une autre fenêtre installe ce modèle ; celle-ci l’attend.</translation>
    </message>
    <message>
        <source>Its licence does not allow commercial use.</source>
        <translation>Sa licence n’autorise pas l’usage commercial.</translation>
    </message>
    <message>
        <source>It reads the whole conversation again before every answer, so it is slower to answer than its size suggests.</source>
        <translation>Il relit toute la conversation avant chaque réponse : il répond donc moins vite que sa taille ne le laisse penser.</translation>
    </message>
    <message>
        <source>The model {name} cannot be downloaded, because its source is not known; install it from a folder.</source>
        <translation>Le modèle {name} ne peut pas être téléchargé, car sa source est inconnue ; installez-le depuis un dossier.</translation>
    </message>
    <message>
        <source>{host} could not be reached; check the network connection and any proxy, and try again.</source>
        <translation>{host} n’a pas pu être joint ; vérifiez la connexion au réseau et l’éventuel proxy, puis réessayez.</translation>
    </message>
    <message>
        <source>{host} could not be reached safely, because its certificate or encryption was not accepted; check the clock of this machine and ask whoever runs the network.</source>
        <translation>{host} n’a pas pu être joint en sécurité, car son certificat ou son chiffrement n’a pas été accepté ; vérifiez l’heure de cette machine et demandez à qui gère le réseau.</translation>
    </message>
    <message>
        <source>The proxy did not let {host} through; check the proxy settings of the system.</source>
        <translation>Le proxy n’a pas laissé passer {host} ; vérifiez les réglages de proxy du système.</translation>
    </message>
    <message>
        <source>{host} stopped sending; check the network connection and try again.</source>
        <translation>{host} a cessé d’envoyer ; vérifiez la connexion au réseau et réessayez.</translation>
    </message>
    <message>
        <source>{host} sends too slowly to ever finish; try again later or on another network.</source>
        <translation>{host} envoie trop lentement pour jamais finir ; réessayez plus tard ou sur un autre réseau.</translation>
    </message>
    <message>
        <source>The connection to {host} broke off; try again, and the download goes on from there.</source>
        <translation>La connexion à {host} s’est rompue ; réessayez, et le téléchargement reprendra de là.</translation>
    </message>
    <message>
        <source>{host} sent the download in circles; try again later.</source>
        <translation>{host} a fait tourner le téléchargement en rond ; réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host} sent the download to a place that is not safe to follow; try again on another network.</source>
        <translation>{host} a renvoyé le téléchargement vers un lieu peu sûr ; réessayez sur un autre réseau.</translation>
    </message>
    <message>
        <source>{host} sent a web page in place of the model; if this network asks to sign in, do that in a browser, then try again.</source>
        <translation>{host} a envoyé une page web à la place du modèle ; si ce réseau demande de s’identifier, faites-le dans un navigateur, puis réessayez.</translation>
    </message>
    <message>
        <source>{host} offers {file} with {found} bytes, not the {expected} that the catalogue names; try again later or update the program.</source>
        <translation>{host} propose {file} avec {found} octets, et non les {expected} que nomme le catalogue ; réessayez plus tard ou mettez le programme à jour.</translation>
    </message>
    <message>
        <source>{host} sent nothing for {file}; try again later.</source>
        <translation>{host} n’a rien envoyé pour {file} ; réessayez plus tard.</translation>
    </message>
    <message>
        <source>{file} is no longer at {host}; update the program or choose another model.</source>
        <translation>{file} n’est plus chez {host} ; mettez le programme à jour ou choisissez un autre modèle.</translation>
    </message>
    <message>
        <source>{host} refused to give {file}; choose another model or try another network.</source>
        <translation>{host} a refusé de donner {file} ; choisissez un autre modèle ou essayez un autre réseau.</translation>
    </message>
    <message>
        <source>{host} is busy or out of order (answer {status}); try again later.</source>
        <translation>{host} est occupé ou en panne (réponse {status}) ; réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host} asks to wait {minutes} minutes; try again after that.</source>
        <translation>{host} demande d’attendre {minutes} minutes ; réessayez ensuite.</translation>
    </message>
    <message>
        <source>{host} gave an answer that makes no sense ({status}); try again later.</source>
        <translation>{host} a donné une réponse qui n’a pas de sens ({status}) ; réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host} sent data that cannot be unpacked; try again later.</source>
        <translation>{host} a envoyé des données illisibles ; réessayez plus tard.</translation>
    </message>
    <message>
        <source>{file} did not arrive as it was published and was thrown away; try again, and if it happens twice, try another network.</source>
        <translation>{file} n’est pas arrivé tel qu’il a été publié et a été jeté ; réessayez et, si cela se répète, essayez un autre réseau.</translation>
    </message>
    <message>
        <source>The folder {folder} has no {file}; choose the folder that holds the model.</source>
        <translation>Le dossier {folder} n’a pas de {file} ; choisissez le dossier qui contient le modèle.</translation>
    </message>
    <message>
        <source>{file} in {folder} is not the file that the catalogue names; download the model instead.</source>
        <translation>{file} dans {folder} n’est pas le fichier que nomme le catalogue ; téléchargez plutôt le modèle.</translation>
    </message>
    <message>
        <source>{file} of {name} is missing or not what it should be; remove the model and get it again.</source>
        <translation>{file} de {name} manque ou n’est pas ce qu’il doit être ; retirez le modèle et procurez-vous-le de nouveau.</translation>
    </message>
    <message>
        <source>{needed} are needed in {folder} and {free} are free; free some space and try again.</source>
        <translation>Il faut {needed} dans {folder} et {free} sont libres ; libérez de la place et réessayez.</translation>
    </message>
    <message>
        <source>{needed} are needed in {folder} and {free} are free, but the downloads under way still need {promised} of that; free some space or cancel one of them, then try again.</source>
        <translation>Il faut {needed} dans {folder} et {free} sont libres, mais les téléchargements en cours ont encore besoin de {promised} ; libérez de la place ou annulez l’un d’eux, puis réessayez.</translation>
    </message>
    <message>
        <source>The disk with {folder} is full; free some space and try again, what has arrived is kept.</source>
        <translation>Le disque de {folder} est plein ; libérez de la place et réessayez, ce qui est arrivé est gardé.</translation>
    </message>
    <message>
        <source>The disk with {folder} does not take a file that large; move the data folder to another disk.</source>
        <translation>Le disque de {folder} n’accepte pas un si grand fichier ; déplacez le dossier des données sur un autre disque.</translation>
    </message>
    <message>
        <source>{path} may not be written; check its permissions and try again.</source>
        <translation>{path} ne peut pas être écrit ; vérifiez ses droits d’accès et réessayez.</translation>
    </message>
    <message>
        <source>{path} is in use by another program or may not be changed; close that program and try again.</source>
        <translation>{path} est utilisé par un autre programme ou ne peut être changé ; fermez ce programme et réessayez.</translation>
    </message>
    <message>
        <source>{path} is in the way; move it elsewhere and try again.</source>
        <translation>{path} gêne ; déplacez-le ailleurs et réessayez.</translation>
    </message>
    <message>
        <source>{path} leads out of the models folder; remove that link and try again.</source>
        <translation>{path} mène hors du dossier des modèles ; retirez ce lien et réessayez.</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}); check the disk and try again.</source>
        <translation>{path} n’a pas pu être écrit ({reason}) ; vérifiez le disque et réessayez.</translation>
    </message>
    <message>
        <source>The model {name} is being installed; stop that first.</source>
        <translation>Le modèle {name} est en cours d’installation ; arrêtez cela d’abord.</translation>
    </message>
    <message>
        <source>The model {name} is not among the downloaded ones; there is nothing to remove.</source>
        <translation>Le modèle {name} n’est pas parmi ceux qui ont été téléchargés ; il n’y a rien à retirer.</translation>
    </message>
    <message>
        <source>Some of what was kept could not be deleted. Delete the folder {folder} by hand.</source>
        <translation>Une partie de ce qui a été conservé n’a pas pu être supprimée. Supprimez le dossier {folder} à la main.</translation>
    </message>
</context>
<context>
    <name>GpuLanes</name>
    <message>
        <source>What the GPU did during the last turn</source>
        <translation>Ce que le GPU a fait pendant le dernier échange</translation>
    </message>
</context>
<context>
    <name>GpuFigures</name>
    <message>
        <source>Load</source>
        <translation>Charge</translation>
    </message>
    <message>
        <source>How busy it was in the last second.</source>
        <translation>Son occupation pendant la dernière seconde.</translation>
    </message>
    <message>
        <source>Memory, this program</source>
        <translation>Mémoire, ce programme</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Température</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>Puissance</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Fréquence</translation>
    </message>
    <message>
        <source>Memory, {stage}</source>
        <translation>Mémoire, {stage}</translation>
    </message>
    <message>
        <source>Its driver does not tell: {what}.</source>
        <translation>Son pilote ne dit rien de : {what}.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
</context>
<context>
    <name>ImportBox</name>
    <message>
        <source>A GGUF file, or a Piper voice beside its json</source>
        <translation>Un fichier GGUF, ou une voix Piper à côté de son json</translation>
    </message>
    <message>
        <source>A folder with a Whisper model for CTranslate2</source>
        <translation>Un dossier contenant un modèle Whisper pour CTranslate2</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Bring in</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Bring your own</source>
        <translation>Apporter le vôtre</translation>
    </message>
    <message>
        <source>Bring your own model</source>
        <translation>Apporter votre propre modèle</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Choisir un fichier…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Choisir un dossier…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>Choose a model's folder</source>
        <translation>Choisir le dossier d’un modèle</translation>
    </message>
    <message>
        <source>Drop a GGUF file, a folder with a Whisper model for CTranslate2, or a Piper voice here. It is tried in a process of its own before it may be used, and files that can hold programs are refused.</source>
        <translation>Déposez ici un fichier GGUF, un dossier contenant un modèle Whisper pour CTranslate2, ou une voix Piper. Il est essayé dans un processus à part avant de pouvoir servir, et les fichiers qui peuvent contenir des programmes sont refusés.</translation>
    </message>
    <message>
        <source>Finds models in the Hugging Face cache; nothing is fetched</source>
        <translation>Trouve les modèles du cache de Hugging Face ; rien n’est téléchargé</translation>
    </message>
    <message>
        <source>Look in other programs' models</source>
        <translation>Chercher parmi les modèles d’autres programmes</translation>
    </message>
    <message>
        <source>Models (*.gguf *.onnx *.json *.bin)</source>
        <translation>Modèles (*.gguf *.onnx *.json *.bin)</translation>
    </message>
    <message>
        <source>No model of another program was found.</source>
        <translation>Aucun modèle d’un autre programme n’a été trouvé.</translation>
    </message>
    <message>
        <source>Use it here too; the file is shared where the disk allows it</source>
        <translation>L’utiliser ici aussi ; le fichier est partagé là où le disque le permet</translation>
    </message>
</context>
<context>
    <name>ImportRow</name>
    <message>
        <source>Stop bringing in {name}, or dismiss this</source>
        <translation>Cesser d’ajouter {name}, ou écarter ceci</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Compare every byte with what it should be</source>
        <translation>Comparer chaque octet à ce qu’il doit être</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>Télécharger {size}</translation>
    </message>
    <message>
        <source>End the trial</source>
        <translation>Mettre fin à l’essai</translation>
    </message>
    <message>
        <source>Fetch it from {place}; it is checked byte by byte</source>
        <translation>Le chercher chez {place} ; chaque octet est vérifié</translation>
    </message>
    <message>
        <source>Getting it ready</source>
        <translation>Préparation</translation>
    </message>
    <message>
        <source>Give it up; what has arrived is kept</source>
        <translation>Y renoncer ; ce qui est arrivé est gardé</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Hear it say a sentence</source>
        <translation>L’entendre dire une phrase</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En service</translation>
    </message>
    <message>
        <source>Let it answer a short question</source>
        <translation>Le laisser répondre à une courte question</translation>
    </message>
    <message>
        <source>Nothing was understood.</source>
        <translation>Rien n’a été compris.</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Sur cet ordinateur</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Really remove {size}?</source>
        <translation>Vraiment retirer {size} ?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Say something, and read what it understood</source>
        <translation>Dire quelque chose, et lire ce qu’il a compris</translation>
    </message>
    <message>
        <source>Show its files</source>
        <translation>Montrer ses fichiers</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Stop for now; it goes on from here later</source>
        <translation>Arrêter pour l’instant ; il reprendra d’ici plus tard</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Arrêté.</translation>
    </message>
    <message>
        <source>Take it off the disk</source>
        <translation>L’enlever du disque</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Use it from the next turn on</source>
        <translation>L’utiliser dès le prochain échange</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Working on it</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>“{text}”</source>
        <translation>« {text} »</translation>
    </message>
    <message>
        <source>“{text}” – after {wait}</source>
        <translation>« {text} » – après {wait}</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Measured here: the first word after {first}.</source>
        <translation>Mesuré ici : premier mot après {first}.</translation>
    </message>
    <message>
        <source>Measured here: first sound after {first}.</source>
        <translation>Mesuré ici : premier son après {first}.</translation>
    </message>
    <message>
        <source>This computer: {cores} cores, {free} of {total} memory free, {disk} free on the disk, {gpu}.</source>
        <translation>Cet ordinateur : {cores} cœurs, {free} de mémoire libre sur {total}, {disk} libres sur le disque, {gpu}.</translation>
    </message>
    <message>
        <source>A man's voice, American English.</source>
        <translation>Une voix d’homme, en anglais américain.</translation>
    </message>
    <message>
        <source>A woman's voice, American English.</source>
        <translation>Une voix de femme, en anglais américain.</translation>
    </message>
    <message>
        <source>A woman's voice, French, a little deeper.</source>
        <translation>Une voix de femme, en français, un peu plus grave.</translation>
    </message>
    <message>
        <source>A woman's voice, French.</source>
        <translation>Une voix de femme, en français.</translation>
    </message>
    <message>
        <source>Answers at once and knows little; good for a first try.</source>
        <translation>Répond aussitôt et sait peu de choses ; bon pour un premier essai.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Annulé.</translation>
    </message>
    <message>
        <source>Cancelled; what has arrived is kept.</source>
        <translation>Annulé ; ce qui est arrivé est gardé.</translation>
    </message>
    <message>
        <source>Checking every byte</source>
        <translation>Vérification de chaque octet</translation>
    </message>
    <message>
        <source>Clever and quick on a card of 8 GB.</source>
        <translation>Intelligent et rapide sur une carte de 8 Go.</translation>
    </message>
    <message>
        <source>English</source>
        <translation>anglais</translation>
    </message>
    <message>
        <source>French</source>
        <translation>français</translation>
    </message>
    <message>
        <source>German</source>
        <translation>allemand</translation>
    </message>
    <message>
        <source>Every byte is as it should be.</source>
        <translation>Chaque octet est tel qu’il doit être.</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Convient</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Juste</translation>
    </message>
    <message>
        <source>Won't fit</source>
        <translation>Trop grand</translation>
    </message>
    <message>
        <source>Follows accents and everyday French well; for a good processor.</source>
        <translation>Suit bien les accents et le français de tous les jours ; pour un bon processeur.</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>Licence : {licence}</translation>
    </message>
    <message>
        <source>Measured here: first sound after {first}, {rate} times as fast as speech.</source>
        <translation>Mesuré ici : premier son après {first}, {rate} fois plus vite que la parole.</translation>
    </message>
    <message>
        <source>Measured here: the first word after {first}, {rate} words a second.</source>
        <translation>Mesuré ici : premier mot après {first}, {rate} mots par seconde.</translation>
    </message>
    <message>
        <source>Measured here: what you said is text after {first}.</source>
        <translation>Mesuré ici : ce que vous avez dit devient du texte après {first}.</translation>
    </message>
    <message>
        <source>Paused at {done} of {total}</source>
        <translation>Suspendu à {done} sur {total}</translation>
    </message>
    <message>
        <source>Small and quick in many languages; for any processor.</source>
        <translation>Petit et rapide en de nombreuses langues ; pour tout processeur.</translation>
    </message>
    <message>
        <source>Small talk and short answers on any processor.</source>
        <translation>Petites conversations et réponses brèves sur tout processeur.</translation>
    </message>
    <message>
        <source>Speaking</source>
        <translation>Parler</translation>
    </message>
    <message>
        <source>The balance of quick and clever without a graphics card.</source>
        <translation>L’équilibre entre rapide et intelligent sans carte graphique.</translation>
    </message>
    <message>
        <source>The best answers here, for a card of 24 GB.</source>
        <translation>Les meilleures réponses d’ici, pour une carte de 24 Go.</translation>
    </message>
    <message>
        <source>The best ear of all; at its quickest on a graphics card.</source>
        <translation>La meilleure oreille de toutes ; surtout rapide sur une carte graphique.</translation>
    </message>
    <message>
        <source>The cleverest of its size; takes a little longer to begin.</source>
        <translation>Le plus intelligent de sa taille ; un peu plus long à commencer.</translation>
    </message>
    <message>
        <source>Thinking of an answer</source>
        <translation>Trouver une réponse</translation>
    </message>
    <message>
        <source>Thorough answers, for a card of 16 GB.</source>
        <translation>Des réponses approfondies, pour une carte de 16 Go.</translation>
    </message>
    <message>
        <source>Understanding speech</source>
        <translation>Comprendre la parole</translation>
    </message>
    <message>
        <source>Very quick; good enough for clear English.</source>
        <translation>Très rapide ; suffit pour un anglais clair.</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>Attend son tour</translation>
    </message>
    <message>
        <source>Well-spoken in English and French; for a small card.</source>
        <translation>S’exprime bien en anglais et en français ; pour une petite carte.</translation>
    </message>
    <message>
        <source>Writes well in many languages, for a card of 16 GB.</source>
        <translation>Écrit bien en de nombreuses langues, pour une carte de 16 Go.</translation>
    </message>
    <message>
        <source>You brought this one yourself.</source>
        <translation>Celui-ci, vous l’avez apporté vous-même.</translation>
    </message>
    <message>
        <source>languages not stated</source>
        <translation>langues non indiquées</translation>
    </message>
    <message>
        <source>needs {needed} of graphics memory, {free} free</source>
        <translation>demande {needed} de mémoire graphique, {free} libres</translation>
    </message>
    <message>
        <source>needs {needed} of memory, {free} free</source>
        <translation>demande {needed} de mémoire, {free} libres</translation>
    </message>
    <message>
        <source>needs {needed} on the disk, {free} free</source>
        <translation>demande {needed} sur le disque, {free} libres</translation>
    </message>
    <message>
        <source>no graphics card that models can use</source>
        <translation>aucune carte graphique que les modèles puissent utiliser</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>non indiquée</translation>
    </message>
    <message>
        <source>public domain</source>
        <translation>domaine public</translation>
    </message>
    <message>
        <source>{need}; slow to answer without a graphics card</source>
        <translation>{need} ; lent à répondre sans carte graphique</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} sur {total}</translation>
    </message>
    <message>
        <source>{languages} and {count} more</source>
        <translation>{languages} et {count} autres</translation>
    </message>
    <message>
        <source>{name} with {free} of {total} free</source>
        <translation>{name} avec {free} libres sur {total}</translation>
    </message>
    <message>
        <source>{speed} a second</source>
        <translation>{speed} par seconde</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>encore {time}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Say something now; it listens for three seconds.</source>
        <translation>Dites quelque chose maintenant ; l’écoute dure trois secondes.</translation>
    </message>
    <message>
        <source>Tell me in one sentence what you can help me with.</source>
        <translation>Dis-moi en une phrase ce que tu peux faire pour moi.</translation>
    </message>
    <message>
        <source>The microphone gave no sound. Look at the page Sound, and try again.</source>
        <translation>Le microphone n’a donné aucun son. Regardez la page Son, puis réessayez.</translation>
    </message>
</context>
<context>
    <name>DeviceLists</name>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>{device} (not there)</source>
        <translation>{device} (absent)</translation>
    </message>
</context>
<context>
    <name>DeviceLine</name>
    <message>
        <source>A device that is plugged in now appears here at once</source>
        <translation>Un appareil branché maintenant apparaît ici aussitôt</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Microphone</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Haut-parleur</translation>
    </message>
</context>
<context>
    <name>Progress</name>
    <message>
        <source>Step {number} of {count}</source>
        <translation>Étape {number} sur {count}</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>Downloading: {done} of {total}. You can go on meanwhile.</source>
        <translation>Téléchargement : {done} sur {total}. Vous pouvez continuer pendant ce temps.</translation>
    </message>
</context>
<context>
    <name>KeyStep</name>
    <message>
        <source>Start when you log in</source>
        <translation>Démarrer à l’ouverture de session</translation>
    </message>
    <message>
        <source>It waits in the tray, out of sight, until you call it.</source>
        <translation>Il attend dans la zone de notification, hors de vue, que vous l’appeliez.</translation>
    </message>
    <message>
        <source>Always at hand</source>
        <translation>Toujours à portée</translation>
    </message>
    <message>
        <source>A key to hold while you talk works even while another program is in front. Choose one and press it: you see here whether it was noticed.</source>
        <translation>Une touche à maintenir pendant que vous parlez agit même quand un autre programme est au premier plan. Choisissez-en une et appuyez dessus : vous verrez ici si elle a été remarquée.</translation>
    </message>
</context>
<context>
    <name>LanguageStep</name>
    <message>
        <source>Hello.</source>
        <translation>Bonjour.</translation>
    </message>
    <message>
        <source>Two minutes to get to know each other.</source>
        <translation>Deux minutes pour faire connaissance.</translation>
    </message>
    <message>
        <source>What you say stays with you</source>
        <translation>Ce que vous dites reste chez vous</translation>
    </message>
    <message>
        <source>Listening, thinking and speaking all happen on this computer.</source>
        <translation>Écouter, réfléchir et parler : tout se passe sur cet ordinateur.</translation>
    </message>
    <message>
        <source>No sound is kept, and no text either unless you ask for a history.</source>
        <translation>Aucun son n’est gardé, et aucun texte sauf si vous demandez un historique.</translation>
    </message>
    <message>
        <source>Muting the microphone really closes it.</source>
        <translation>Couper le microphone le ferme vraiment.</translation>
    </message>
    <message>
        <source>The network is used only for downloads that you start.</source>
        <translation>Le réseau ne sert qu’aux téléchargements que vous lancez.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>What it hears</source>
        <translation>Ce qu’elle entend</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Anglais</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Français</translation>
    </message>
    <message>
        <source>The window speaks</source>
        <translation>La fenêtre parle</translation>
    </message>
    <message>
        <source>What you read here</source>
        <translation>Ce que vous lisez ici</translation>
    </message>
    <message>
        <source>You speak</source>
        <translation>Vous parlez</translation>
    </message>
    <message>
        <source>What you say to the assistant, and what it answers in</source>
        <translation>La langue dans laquelle vous parlez à l’assistante, et dans laquelle elle répond</translation>
    </message>
</context>
<context>
    <name>MachineStep</name>
    <message>
        <source>Your computer</source>
        <translation>Votre ordinateur</translation>
    </message>
    <message>
        <source>What came along works at once, without a network. Larger models answer better; they are downloaded while you go on.</source>
        <translation>Ce qui est fourni fonctionne tout de suite, sans réseau. De plus grands modèles répondent mieux ; ils se téléchargent pendant que vous continuez.</translation>
    </message>
    <message>
        <source>Use what is here</source>
        <translation>Utiliser ce qui est là</translation>
    </message>
    <message>
        <source>works at once</source>
        <translation>prêt tout de suite</translation>
    </message>
    <message>
        <source>It understands and speaks English only.</source>
        <translation>Il ne comprend et ne parle que l’anglais.</translation>
    </message>
    <message>
        <source>{download} to download, {memory} of memory</source>
        <translation>{download} à télécharger, {memory} de mémoire</translation>
    </message>
    <message>
        <source>Download {size} and continue</source>
        <translation>Télécharger {size} et continuer</translation>
    </message>
    <message>
        <source>{fit}, recommended</source>
        <translation>{fit}, recommandé</translation>
    </message>
    <message>
        <source>Not for commercial use.</source>
        <translation>Pas d’usage commercial.</translation>
    </message>
</context>
<context>
    <name>MicrophoneStep</name>
    <message>
        <source>The microphone</source>
        <translation>Le microphone</translation>
    </message>
    <message>
        <source>Choose a microphone and say a sentence: the bar should reach the green, and the dot before it lights up while it hears speech.</source>
        <translation>Choisissez un microphone et dites une phrase : la barre doit atteindre le vert, et le point qui la précède s’allume quand de la parole est entendue.</translation>
    </message>
</context>
<context>
    <name>ProfileCard</name>
    <message>
        <source>Light: quick, and small</source>
        <translation>Léger : rapide et petit</translation>
    </message>
    <message>
        <source>Balanced: good answers, still quick</source>
        <translation>Équilibré : de bonnes réponses, encore rapides</translation>
    </message>
    <message>
        <source>Quality: the best this machine can do</source>
        <translation>Qualité : le mieux que puisse cette machine</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>convient</translation>
    </message>
    <message>
        <source>tight: slow on this processor</source>
        <translation>juste : lent sur ce processeur</translation>
    </message>
    <message>
        <source>tight: little memory is left</source>
        <translation>juste : il reste peu de mémoire</translation>
    </message>
    <message>
        <source>won’t fit: the disk is too full</source>
        <translation>impossible : le disque est trop plein</translation>
    </message>
    <message>
        <source>won’t fit: too little memory</source>
        <translation>impossible : trop peu de mémoire</translation>
    </message>
</context>
<context>
    <name>SpeakerStep</name>
    <message>
        <source>The loudspeaker</source>
        <translation>Le haut-parleur</translation>
    </message>
    <message>
        <source>Listen to the voice, and choose where it comes from.</source>
        <translation>Écoutez la voix, et choisissez d’où elle vient.</translation>
    </message>
    <message>
        <source>Say a sentence</source>
        <translation>Dire une phrase</translation>
    </message>
    <message>
        <source>The voice says a sentence</source>
        <translation>La voix dit une phrase</translation>
    </message>
    <message>
        <source>The voice is still being loaded.</source>
        <translation>La voix est encore en cours de chargement.</translation>
    </message>
    <message>
        <source>It is speaking now. Do you hear it?</source>
        <translation>Elle parle en ce moment. L’entendez-vous ?</translation>
    </message>
    <message>
        <source>That was it. If you heard nothing, turn the volume up, or choose another loudspeaker and try again.</source>
        <translation>C’était elle. Si vous n’avez rien entendu, montez le volume, ou choisissez un autre haut-parleur et réessayez.</translation>
    </message>
    <message>
        <source>The voice is {voice}.</source>
        <translation>La voix est {voice}.</translation>
    </message>
</context>
<context>
    <name>TalkStep</name>
    <message>
        <source>Your first conversation</source>
        <translation>Votre première conversation</translation>
    </message>
    <message>
        <source>Hold the button or Space, ask something, and let go. Or type.</source>
        <translation>Maintenez le bouton ou la barre d’espace, demandez quelque chose, puis relâchez. Ou écrivez.</translation>
    </message>
    <message>
        <source>Nothing was heard. Hold, talk, and let go at the end.</source>
        <translation>Rien n’a été entendu. Maintenez, parlez, et relâchez à la fin.</translation>
    </message>
    <message>
        <source>Asks this</source>
        <translation>Pose cette question</translation>
    </message>
    <message>
        <source>The models are still being loaded: a few seconds more.</source>
        <translation>Les modèles sont encore en cours de chargement : quelques secondes de plus.</translation>
    </message>
    <message>
        <source>That is all there is to it. The window behind does the same.</source>
        <translation>Ce n’est pas plus compliqué. La fenêtre derrière fait la même chose.</translation>
    </message>
</context>
<context>
    <name>Wizard</name>
    <message>
        <source>{step} – First steps with her</source>
        <translation>{step} – Premiers pas avec her</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Skip the rest</source>
        <translation>Passer la suite</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>To the step before</source>
        <translation>Vers l’étape précédente</translation>
    </message>
    <message>
        <source>Closes these steps; the settings open them again at any time</source>
        <translation>Ferme ces étapes ; les réglages les rouvrent à tout moment</translation>
    </message>
    <message>
        <source>To the next step; every step may be passed over</source>
        <translation>Vers l’étape suivante ; chaque étape peut être passée</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
</context>
<context>
    <name>AboutPage</name>
    <message>
        <source>The licences are being read.</source>
        <translation>Lecture des licences en cours.</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Copier le diagnostic</translation>
    </message>
    <message>
        <source>Copies versions, devices, models, timings and errors; nothing that was said</source>
        <translation>Copie versions, appareils, modèles, durées et erreurs ; rien de ce qui a été dit</translation>
    </message>
    <message>
        <source>Open the log folder</source>
        <translation>Ouvrir le dossier du journal</translation>
    </message>
    <message>
        <source>The log holds errors and no speech</source>
        <translation>Le journal contient des erreurs et aucune parole</translation>
    </message>
    <message>
        <source>Licences of everything in this program</source>
        <translation>Licences de tout ce que contient ce programme</translation>
    </message>
    <message>
        <source>A link shows the text of a licence</source>
        <translation>Un lien affiche le texte d’une licence</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Retour à la liste</translation>
    </message>
    <message>
        <source>Shows all licences again</source>
        <translation>Affiche de nouveau toutes les licences</translation>
    </message>
    <message>
        <source>A voice assistant that runs entirely on this computer. Free software.</source>
        <translation>Un assistant vocal qui tourne entièrement sur cet ordinateur. Un logiciel libre.</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Takes the program and its icon out of the applications menu</source>
        <translation>Retire le programme et son icône du menu des applications</translation>
    </message>
    <message>
        <source>Puts the program and its icon into the applications menu</source>
        <translation>Met le programme et son icône dans le menu des applications</translation>
    </message>
    <message>
        <source>Copied. It says nothing of what was said; paste it where you need help.</source>
        <translation>Copié. Rien de ce qui a été dit n’y figure ; collez-le là où vous avez besoin d’aide.</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>Ce programme</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modèles sur cet ordinateur</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>Bibliothèques</translation>
    </message>
    <message>
        <source>Remove from the menu</source>
        <translation>Retirer du menu</translation>
    </message>
    <message>
        <source>Add to the menu</source>
        <translation>Ajouter au menu</translation>
    </message>
    <message>
        <source>Added.</source>
        <translation>Ajouté.</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Retiré.</translation>
    </message>
    <message>
        <source>The log is in {folder}.</source>
        <translation>Le journal est dans {folder}.</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason}).</source>
        <translation>{path} ne peut pas être lu ({reason}).</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Premiers pas</translation>
    </message>
    <message>
        <source>Shows them again from the beginning</source>
        <translation>Les montre de nouveau depuis le début</translation>
    </message>
</context>
<context>
    <name>AboutOutline</name>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Versions, licences, the log, and a report that can be copied.</source>
        <translation>Versions, licences, journal, et un rapport à copier.</translation>
    </message>
    <message>
        <source>version licence log diagnostics crash</source>
        <translation>version licence journal diagnostic plantage</translation>
    </message>
</context>
<context>
    <name>Advanced</name>
    <message>
        <source>Advanced</source>
        <translation>Avancé</translation>
    </message>
    <message>
        <source>After so long without a word the models leave the memory; the next answer then takes longer to begin.</source>
        <translation>Après ce temps sans un mot, les modèles quittent la mémoire ; la réponse suivante met alors plus longtemps à commencer.</translation>
    </message>
    <message>
        <source>Give memory back when idle</source>
        <translation>Rendre la mémoire au repos</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Carte graphique</translation>
    </message>
    <message>
        <source>Guesses at an answer</source>
        <translation>Réponses devinées</translation>
    </message>
    <message>
        <source>How many cores the models may use; more than there are slow it.</source>
        <translation>Combien de cœurs les modèles peuvent prendre ; en demander plus qu’il n’y en a les ralentit.</translation>
    </message>
    <message>
        <source>How much of it the assistant keeps in mind; more takes memory.</source>
        <translation>Ce que l’assistante garde en tête ; en garder plus demande de la mémoire.</translation>
    </message>
    <message>
        <source>How much of the language model lies there; fewer save its memory.</source>
        <translation>La part du modèle de langue qui s’y trouve ; en mettre moins ménage sa mémoire.</translation>
    </message>
    <message>
        <source>How much they take</source>
        <translation>Ce qu’ils prennent</translation>
    </message>
    <message>
        <source>How often it may begin to answer before you have finished; fewer save power, more answer sooner.</source>
        <translation>Combien de fois elle peut commencer à répondre avant la fin de votre phrase ; moins souvent épargne le courant, plus souvent fait répondre plus tôt.</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Couches sur la carte graphique</translation>
    </message>
    <message>
        <source>Memory of a conversation</source>
        <translation>Mémoire d’une conversation</translation>
    </message>
    <message>
        <source>On the graphics card or the processor; the model is loaded again.</source>
        <translation>Sur la carte graphique ou le processeur ; le modèle est rechargé.</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Processeur</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Rapidité</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Fils d’exécution</translation>
    </message>
    <message>
        <source>Where the models run</source>
        <translation>Où tournent les modèles</translation>
    </message>
    <message>
        <source>Whichever is faster</source>
        <translation>Le plus rapide</translation>
    </message>
    <message>
        <source>all that fit</source>
        <translation>toutes</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatique</translation>
    </message>
    <message>
        <source>context length</source>
        <translation>longueur du contexte</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>couches</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>never</source>
        <translation>jamais</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucune</translation>
    </message>
    <message>
        <source>per utterance</source>
        <translation>par phrase</translation>
    </message>
    <message>
        <source>speculation latency battery</source>
        <translation>spéculation latence batterie</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>fils</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>jetons</translation>
    </message>
    <message>
        <source>Speech recognition</source>
        <translation>Reconnaissance de la parole</translation>
    </message>
    <message>
        <source>Language model</source>
        <translation>Modèle de langue</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Voix</translation>
    </message>
</context>
<context>
    <name>Assistant</name>
    <message>
        <source>About {count} words</source>
        <translation>Environ {count} mots</translation>
    </message>
    <message>
        <source>An answer that reaches it ends with its sentence; to be brief, say so below.</source>
        <translation>Une réponse qui l’atteint finit sur sa phrase ; pour en avoir de brèves, demandez-le ci-dessous.</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistante</translation>
    </message>
    <message>
        <source>Character</source>
        <translation>Caractère</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Anglais</translation>
    </message>
    <message>
        <source>Find out by itself</source>
        <translation>La reconnaître</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Français</translation>
    </message>
    <message>
        <source>How fast the voice speaks.</source>
        <translation>À quelle vitesse parle la voix.</translation>
    </message>
    <message>
        <source>How much the voice varies; at 0 a sentence always sounds alike.</source>
        <translation>Combien la voix varie ; à 0, une phrase est toujours dite de la même façon.</translation>
    </message>
    <message>
        <source>Language you speak</source>
        <translation>Langue que vous parlez</translation>
    </message>
    <message>
        <source>Liveliness</source>
        <translation>Vivacité</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Réponse la plus longue</translation>
    </message>
    <message>
        <source>Speaking rate</source>
        <translation>Débit</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Voix</translation>
    </message>
    <message>
        <source>What the model is told before every conversation. It holds from the next answer on.</source>
        <translation>Ce qui est dit au modèle avant chaque conversation. Vaut dès la prochaine réponse.</translation>
    </message>
    <message>
        <source>What you say is understood in it, and it answers in it.</source>
        <translation>Celle dans laquelle vous êtes compris, et dans laquelle on vous répond.</translation>
    </message>
    <message>
        <source>Who it is</source>
        <translation>Qui elle est</translation>
    </message>
    <message>
        <source>length tokens</source>
        <translation>longueur jetons</translation>
    </message>
    <message>
        <source>persona system prompt character</source>
        <translation>personnage invite système consigne</translation>
    </message>
    <message>
        <source>speed fast slow</source>
        <translation>vitesse rapide lent</translation>
    </message>
    <message>
        <source>variation expressive</source>
        <translation>variation expressive</translation>
    </message>
</context>
<context>
    <name>CopyLine</name>
    <message>
        <source>Copy this line</source>
        <translation>Copier cette ligne</translation>
    </message>
    <message>
        <source>For the keyboard page of the desktop's own settings</source>
        <translation>Pour la page clavier des réglages du bureau</translation>
    </message>
    <message>
        <source>Line to bind</source>
        <translation>Ligne à associer</translation>
    </message>
</context>
<context>
    <name>Deletion</name>
    <message>
        <source>All conversations that were kept are deleted.</source>
        <translation>Toutes les conversations conservées sont supprimées.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Delete all conversations that were kept? They cannot be brought back.</source>
        <translation>Supprimer toutes les conversations conservées ? Elles ne pourront pas être retrouvées.</translation>
    </message>
    <message>
        <source>Delete everything</source>
        <translation>Tout supprimer</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Les garder</translation>
    </message>
</context>
<context>
    <name>EchoWords</name>
    <message>
        <source>It does not work here, so you are not listened to while the assistant speaks. Use headphones, or turn the loudspeaker down.</source>
        <translation>Cela ne marche pas ici : vous n’êtes pas écouté pendant que l’assistante parle. Prenez un casque, ou baissez le haut-parleur.</translation>
    </message>
    <message>
        <source>It is off: the microphone is heard as it is.</source>
        <translation>C’est arrêté : le microphone est entendu tel quel.</translation>
    </message>
    <message>
        <source>It works: the assistant's voice arrives after {delay} and is made {reduction} dB quieter.</source>
        <translation>Cela marche : la voix de l’assistante arrive après {delay} et est affaiblie de {reduction} dB.</translation>
    </message>
    <message>
        <source>It works: the assistant's voice is taken away.</source>
        <translation>Cela marche : la voix de l’assistante est retirée.</translation>
    </message>
    <message>
        <source>Not known yet: it is measured while the assistant speaks.</source>
        <translation>Pas encore connu : c’est mesuré pendant que l’assistante parle.</translation>
    </message>
</context>
<context>
    <name>General</name>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Choose another one where it can hardly be seen on your panel.</source>
        <translation>Choisissez-en une autre si elle se voit mal dans votre barre.</translation>
    </message>
    <message>
        <source>Coloured</source>
        <translation>En couleur</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnostic</translation>
    </message>
    <message>
        <source>Examine</source>
        <translation>Examiner</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Premiers pas</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>It waits in the tray until you call it.</source>
        <translation>Le programme attend dans la zone de notification que vous l’appeliez.</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>Langue de la fenêtre</translation>
    </message>
    <message>
        <source>Language, microphone, loudspeaker and models, one after the other.</source>
        <translation>Langue, microphone, haut-parleur et modèles, l’un après l’autre.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Light, dark, or whichever the system uses.</source>
        <translation>Clair, sombre, ou comme le système.</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Sur le bureau</translation>
    </message>
    <message>
        <source>Show performance</source>
        <translation>Afficher les performances</translation>
    </message>
    <message>
        <source>Show them again</source>
        <translation>Les revoir</translation>
    </message>
    <message>
        <source>Start when you log in</source>
        <translation>Démarrer à l’ouverture de session</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is closed</source>
        <translation>Rester dans la zone de notification quand la fenêtre est fermée</translation>
    </message>
    <message>
        <source>The panel that shows where the time of an answer goes.</source>
        <translation>Le panneau qui montre où passe le temps d’une réponse.</translation>
    </message>
    <message>
        <source>Tray icon</source>
        <translation>Icône de notification</translation>
    </message>
    <message>
        <source>Tries every model and device, and says what is wrong.</source>
        <translation>Essaie chaque modèle et appareil, et dit ce qui ne va pas.</translation>
    </message>
    <message>
        <source>Where the desktop has no tray, closing the window ends it.</source>
        <translation>Si le bureau n’a pas cette zone, fermer la fenêtre quitte le programme.</translation>
    </message>
    <message>
        <source>autostart</source>
        <translation>démarrage automatique</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>latence</translation>
    </message>
    <message>
        <source>theme colours night</source>
        <translation>thème couleurs nuit</translation>
    </message>
    <message>
        <source>What you read. You may speak another one to the assistant.</source>
        <translation>Celle que vous lisez. Vous pouvez en parler une autre à l’assistante.</translation>
    </message>
    <message>
        <source>wizard set up welcome help</source>
        <translation>assistant installation configuration bienvenue aide</translation>
    </message>
</context>
<context>
    <name>KeyButton</name>
    <message>
        <source>Choose a key</source>
        <translation>Choisir une touche</translation>
    </message>
    <message>
        <source>Press a key, or Esc</source>
        <translation>Appuyez, ou Échap</translation>
    </message>
    <message>
        <source>Waits for the key that you want to talk with</source>
        <translation>Attend la touche avec laquelle vous voulez parler</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Alt</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Inser</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menu</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Scroll Lock</source>
        <translation>Arrêt défil</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Maj</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Espace</translation>
    </message>
    <message>
        <source>Super</source>
        <translation>Super</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>right Alt</source>
        <translation>Alt droite</translation>
    </message>
    <message>
        <source>right Ctrl</source>
        <translation>Ctrl droite</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>A good level</source>
        <translation>Un bon niveau</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>Niveau du microphone</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>Aucun son</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>Faible</translation>
    </message>
    <message>
        <source>Too loud</source>
        <translation>Trop fort</translation>
    </message>
    <message>
        <source>{level}, speech is heard</source>
        <translation>{level}, de la parole est entendue</translation>
    </message>
</context>
<context>
    <name>Listening</name>
    <message>
        <source>A quiet sound when it begins to listen and when it stops.</source>
        <translation>Un son discret quand l’écoute commence et quand elle s’arrête.</translation>
    </message>
    <message>
        <source>A word or a few that nobody says by chance.</source>
        <translation>Un mot ou quelques-uns que personne ne dit par hasard.</translation>
    </message>
    <message>
        <source>For example: Eva</source>
        <translation>Par exemple : Eva</translation>
    </message>
    <message>
        <source>From other programs</source>
        <translation>Depuis d’autres programmes</translation>
    </message>
    <message>
        <source>Higher if it wakes by mistake, lower if it does not hear you.</source>
        <translation>Plus haut si elle s’éveille par erreur, plus bas si elle ne vous entend pas.</translation>
    </message>
    <message>
        <source>Hold a key or button, just talk, or say a phrase first.</source>
        <translation>Tenir une touche ou un bouton, parler simplement, ou dire d’abord une formule.</translation>
    </message>
    <message>
        <source>How long it listens after an answer without the phrase.</source>
        <translation>Combien de temps elle écoute après une réponse sans la formule.</translation>
    </message>
    <message>
        <source>How sure it must be</source>
        <translation>Certitude requise</translation>
    </message>
    <message>
        <source>How you talk</source>
        <translation>Votre façon de parler</translation>
    </message>
    <message>
        <source>In that mode the bar shows how sure it was. Over the line it wakes; from two fifths of it on, where your words begin with the phrase.</source>
        <translation>Dans ce mode, la barre montre la certitude. Au-dessus du trait, c'est un appel ; dès les deux cinquièmes aussi, si vos mots commencent par la phrase.</translation>
    </message>
    <message>
        <source>Instead of holding the key while you talk.</source>
        <translation>Au lieu de tenir la touche en parlant.</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>Écoute</translation>
    </message>
    <message>
        <source>My own</source>
        <translation>La mienne</translation>
    </message>
    <message>
        <source>My own phrase</source>
        <translation>Ma formule</translation>
    </message>
    <message>
        <source>Phrase</source>
        <translation>Formule</translation>
    </message>
    <message>
        <source>Press once to begin, once to end</source>
        <translation>Appuyer pour commencer, puis pour finir</translation>
    </message>
    <message>
        <source>Say the phrase</source>
        <translation>Dites la formule</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>Sons</translation>
    </message>
    <message>
        <source>Talk key</source>
        <translation>Touche de parole</translation>
    </message>
    <message>
        <source>Time to go on</source>
        <translation>Temps pour continuer</translation>
    </message>
    <message>
        <source>Wake phrase</source>
        <translation>Formule d’éveil</translation>
    </message>
    <message>
        <source>What you say first, in the mode with a wake phrase.</source>
        <translation>Ce que vous dites d’abord, dans le mode avec formule.</translation>
    </message>
    <message>
        <source>chime</source>
        <translation>carillon</translation>
    </message>
    <message>
        <source>hotkey shortcut push to talk</source>
        <translation>raccourci touche appuyer pour parler</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>push to talk hands-free</source>
        <translation>appuyer pour parler mains libres</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>threshold sensitivity</source>
        <translation>seuil sensibilité</translation>
    </message>
    <message>
        <source>wake word hotword</source>
        <translation>mot d’éveil mot clé</translation>
    </message>
</context>
<context>
    <name>ModelsOutline</name>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>The model that answers.</source>
        <translation>Le modèle qui répond.</translation>
    </message>
    <message>
        <source>The model that turns what you say into text.</source>
        <translation>Le modèle qui change vos paroles en texte.</translation>
    </message>
    <message>
        <source>The voice that speaks the answers.</source>
        <translation>La voix qui dit les réponses.</translation>
    </message>
    <message>
        <source>model download voice language model</source>
        <translation>modèle téléchargement voix modèle de langue</translation>
    </message>
    <message>
        <source>Speech recognition</source>
        <translation>Reconnaissance de la parole</translation>
    </message>
    <message>
        <source>Language model</source>
        <translation>Modèle de langue</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Voix</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>Open the folder: {what}</source>
        <translation>Ouvrir le dossier : {what}</translation>
    </message>
</context>
<context>
    <name>Privacy</name>
    <message>
        <source>Conversations</source>
        <translation>Conversations</translation>
    </message>
    <message>
        <source>Delete all that was kept</source>
        <translation>Supprimer tout ce qui a été conservé</translation>
    </message>
    <message>
        <source>Every day of it, from this computer's disk.</source>
        <translation>Tout l’historique, sur le disque de cet ordinateur.</translation>
    </message>
    <message>
        <source>Everything this program writes lies in these folders.</source>
        <translation>Tout ce que ce programme écrit se trouve dans ces dossiers.</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Keep it for</source>
        <translation>Conserver pendant</translation>
    </message>
    <message>
        <source>Keep what is said</source>
        <translation>Conserver ce qui est dit</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Nothing you say leaves this computer</source>
        <translation>Rien de ce que vous dites ne quitte cet ordinateur</translation>
    </message>
    <message>
        <source>Older days are deleted at the next start.</source>
        <translation>Les jours plus anciens sont supprimés au prochain démarrage.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Vie privée</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>The only use of the network is a download that you start.</source>
        <translation>Le réseau ne sert qu’aux téléchargements que vous lancez.</translation>
    </message>
    <message>
        <source>The sound of your voice is never written to the disk, and no log quotes you.</source>
        <translation>Le son de votre voix n’est jamais écrit sur le disque, et aucun journal ne vous cite.</translation>
    </message>
    <message>
        <source>There are no accounts, no statistics and no reports sent by themselves.</source>
        <translation>Il n’y a ni compte, ni statistiques, ni rapport envoyé tout seul.</translation>
    </message>
    <message>
        <source>Where the files are</source>
        <translation>Où sont les fichiers</translation>
    </message>
    <message>
        <source>Writes your words and the answers you heard to this computer's disk.</source>
        <translation>Écrit vos paroles et les réponses entendues sur le disque de cet ordinateur.</translation>
    </message>
    <message>
        <source>Your voice, your words and the answers are worked on here and nowhere else.</source>
        <translation>Votre voix, vos paroles et les réponses sont traitées ici et nulle part ailleurs.</translation>
    </message>
    <message>
        <source>days</source>
        <translation>jours</translation>
    </message>
    <message>
        <source>erase clear</source>
        <translation>effacer vider</translation>
    </message>
    <message>
        <source>folder files settings models log</source>
        <translation>dossier fichiers réglages modèles journal</translation>
    </message>
    <message>
        <source>history log</source>
        <translation>historique journal</translation>
    </message>
    <message>
        <source>network cloud telemetry</source>
        <translation>réseau nuage télémétrie</translation>
    </message>
    <message>
        <source>retention</source>
        <translation>durée rétention</translation>
    </message>
</context>
<context>
    <name>RowView</name>
    <message>
        <source>Back to the default: {value}</source>
        <translation>Revenir à la valeur d’origine : {value}</translation>
    </message>
    <message>
        <source>Puts this text in place of what stands below</source>
        <translation>Met ce texte à la place de celui du dessous</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>vide</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>off</source>
        <translation>non</translation>
    </message>
    <message>
        <source>on</source>
        <translation>oui</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Any word of a setting (Ctrl+F)</source>
        <translation>N’importe quel mot d’un réglage (Ctrl+F)</translation>
    </message>
    <message>
        <source>Nothing is called that. Try another word.</source>
        <translation>Rien ne s’appelle ainsi. Essayez un autre mot.</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Chercher</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>Chercher dans les réglages</translation>
    </message>
    <message>
        <source>Up and Down choose</source>
        <translation>Haut et Bas choisissent</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>{count} trouvés</translation>
    </message>
</context>
<context>
    <name>Sound</name>
    <message>
        <source>Echo</source>
        <translation>Écho</translation>
    </message>
    <message>
        <source>Even out the level</source>
        <translation>Égaliser le niveau</translation>
    </message>
    <message>
        <source>How well that works here</source>
        <translation>Ce que cela donne ici</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Entrée</translation>
    </message>
    <message>
        <source>Keeps it from hearing itself over open loudspeakers. With headphones it is not needed.</source>
        <translation>L’empêche de s’entendre par les haut-parleurs. Inutile avec un casque.</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>Haut-parleur</translation>
    </message>
    <message>
        <source>Makes a quiet voice louder and a loud one quieter.</source>
        <translation>Renforce une voix faible et adoucit une voix forte.</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Microphone</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Sortie</translation>
    </message>
    <message>
        <source>Says a sentence</source>
        <translation>Dit une phrase</translation>
    </message>
    <message>
        <source>Says a sentence in the voice that you chose.</source>
        <translation>Dit une phrase avec la voix choisie.</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Son</translation>
    </message>
    <message>
        <source>Suppress noise</source>
        <translation>Réduire le bruit</translation>
    </message>
    <message>
        <source>Take its own voice away</source>
        <translation>Retirer sa propre voix</translation>
    </message>
    <message>
        <source>Takes away fans and hum; in a quiet room it only costs clarity.</source>
        <translation>Retire ventilateurs et bourdonnement ; au calme, la clarté y perd.</translation>
    </message>
    <message>
        <source>Test the loudspeaker</source>
        <translation>Essayer le haut-parleur</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Essai</translation>
    </message>
    <message>
        <source>Where it hears you. It changes at once.</source>
        <translation>Là où elle vous entend. Le choix vaut aussitôt.</translation>
    </message>
    <message>
        <source>Where you hear the answers. It changes at once.</source>
        <translation>Là où vous entendez les réponses. Le choix vaut aussitôt.</translation>
    </message>
    <message>
        <source>echo cancellation</source>
        <translation>annulation d’écho</translation>
    </message>
    <message>
        <source>gain volume</source>
        <translation>gain volume</translation>
    </message>
    <message>
        <source>input device headset</source>
        <translation>entrée appareil micro-casque</translation>
    </message>
    <message>
        <source>output device headphones</source>
        <translation>sortie appareil casque</translation>
    </message>
    <message>
        <source>test volume quiet</source>
        <translation>essai volume faible</translation>
    </message>
</context>
<context>
    <name>SoundCheck</name>
    <message>
        <source>Open the system's settings</source>
        <translation>Ouvrir les réglages du système</translation>
    </message>
    <message>
        <source>Records three seconds and plays them back</source>
        <translation>Enregistre trois secondes et les fait entendre</translation>
    </message>
    <message>
        <source>Say a sentence now: three seconds are recorded.</source>
        <translation>Dites une phrase maintenant : trois secondes sont enregistrées.</translation>
    </message>
    <message>
        <source>Speak as you usually do: the bar should reach the green.</source>
        <translation>Parlez comme d’habitude : la barre doit atteindre le vert.</translation>
    </message>
    <message>
        <source>Test the microphone</source>
        <translation>Essayer le microphone</translation>
    </message>
    <message>
        <source>That sounds good.</source>
        <translation>Le son est bon.</translation>
    </message>
    <message>
        <source>That was too loud, and parts of it were cut off. Move away a little, or lower the microphone's level in the system's settings.</source>
        <translation>C’était trop fort, et une partie a été coupée. Éloignez-vous un peu, ou baissez le niveau du microphone dans les réglages du système.</translation>
    </message>
    <message>
        <source>That was very quiet. Come closer, or raise the microphone's level in the system's settings.</source>
        <translation>C’était très faible. Rapprochez-vous, ou montez le niveau du microphone dans les réglages du système.</translation>
    </message>
    <message>
        <source>The microphone did not answer. Connect it again, or choose another one.</source>
        <translation>Le microphone n’a pas répondu. Rebranchez-le, ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The microphone gave no sound at all. Check its switch, its volume in the system's settings, and whether this program may use it.</source>
        <translation>Le microphone n’a donné aucun son. Vérifiez son interrupteur, son volume dans les réglages du système, et si ce programme a le droit de l’utiliser.</translation>
    </message>
    <message>
        <source>There was sound, but no speech in it. Say a sentence while the test runs.</source>
        <translation>Il y avait du son, mais pas de parole. Dites une phrase pendant l’essai.</translation>
    </message>
    <message>
        <source>This is what was heard.</source>
        <translation>Voici ce qui a été entendu.</translation>
    </message>
    <message>
        <source>This program may not use the microphone. Allow it in the system's settings, under privacy.</source>
        <translation>Ce programme n’a pas le droit d’utiliser le microphone. Autorisez-le dans les réglages du système, sous confidentialité.</translation>
    </message>
    <message>
        <source>Where the system says who may use the microphone</source>
        <translation>Où le système dit qui peut utiliser le microphone</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>Less</source>
        <translation>Moins</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Plus</translation>
    </message>
</context>
<context>
    <name>TalkKeyPart</name>
    <message>
        <source>Copy these lines for the key's press and its release:</source>
        <translation>Copiez ces lignes pour l’appui et le relâchement de la touche :</translation>
    </message>
    <message>
        <source>For instance Ctrl + Alt + Space, F9, Pause or the right Ctrl.</source>
        <translation>Par exemple Ctrl + Alt + Espace, F9, Pause ou Ctrl droite.</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Pas de touche</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucune</translation>
    </message>
    <message>
        <source>Press {key} now, in any window: it counts as working once it was seen.</source>
        <translation>Appuyez maintenant sur {key}, dans n’importe quelle fenêtre : elle compte comme active une fois vue.</translation>
    </message>
    <message>
        <source>Talk with the window's own button and Space only</source>
        <translation>Parler seulement avec le bouton de la fenêtre et Espace</translation>
    </message>
    <message>
        <source>That key cannot be watched. Choose another one.</source>
        <translation>Cette touche ne peut pas être surveillée. Choisissez-en une autre.</translation>
    </message>
    <message>
        <source>The key works while another program is in front. None is chosen.</source>
        <translation>La touche agit pendant qu’un autre programme est devant. Aucune n’est choisie.</translation>
    </message>
    <message>
        <source>{key} is being set up.</source>
        <translation>{key} est en préparation.</translation>
    </message>
    <message>
        <source>{key} works: it was seen.</source>
        <translation>{key} marche : l’appui a été vu.</translation>
    </message>
</context>
<context>
    <name>WakeMeter</name>
    <message>
        <source>How sure it was of the phrase</source>
        <translation>Certitude d’avoir entendu la formule</translation>
    </message>
    <message>
        <source>Not sure: {share}</source>
        <translation>Pas sûr : {share}</translation>
    </message>
    <message>
        <source>Nothing heard</source>
        <translation>Rien entendu</translation>
    </message>
    <message>
        <source>Sure enough: {share}</source>
        <translation>Assez sûr : {share}</translation>
    </message>
</context>
<context>
    <name>Room</name>
    <message>
        <source>{state}. Hold to talk.</source>
        <translation>{state}. Maintenir pour parler.</translation>
    </message>
    <message>
        <source>Nothing was heard. Hold, talk, and let go at the end.</source>
        <translation>Rien n’a été entendu. Maintenez, parlez, et relâchez à la fin.</translation>
    </message>
    <message>
        <source>Nothing was understood. Please say it again.</source>
        <translation>Rien n’a été compris. Redites-le, s’il vous plaît.</translation>
    </message>
</context>
</TS>
