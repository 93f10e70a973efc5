"""The commonest small words of languages in Latin letters: articles, prepositions, pronouns, question words."""

from __future__ import annotations

_LISTS = {
    "German": "der die das und ist nicht ein eine einen einem einer mit auf für von vom dem den des sich auch wie wird "
    "wurde hat haben sind aus bei nach über zum zur durch oder im am in an zu er es sie als um noch nur war viele",
    "French": "le la les des une un est et dans pour qui que sur avec par ne pas plus sont cette ce ont été aux au du "
    "de en il elle ses son sa leur a se ou où d l quel quelle",
    "Spanish": "el la los las un una es y del de en por que con para como más pero sus su se al lo fue ha han según "
    "también desde a no sobre entre este esta",
    "Portuguese": "o a os as um uma é e do da dos das de em no na não com para por mais como foi ao pela pelo se que "
    "também são seu sua segundo",
    "Italian": "il lo la i gli le un una è e di da in che non per con su del della dei delle nel nella al alla sono "
    "anche più si ha l ed",
    "Dutch": "de het een en van is dat niet op met voor zijn er aan ook als bij door naar uit te in wordt werd heeft "
    "om was die deze hij maar",
    "Swedish": "och att det som en på är av för med den till inte har ett om i de var från också sig vid kan",
    "Danish or Norwegian": "og det som en på er af av til med ikke har et den der i de at om fra også ble blev sig "
    "seg for",
    "Polish": "i w na z się nie że do jest to jak po od za przez dla oraz o a które który która został są ma",
    "Czech": "a se na je že v s z do o jako pro by ale od po ve která který které byl byla jsou si k",
    "Turkish": "ve bir bu için ile olarak da de daha çok olan kadar en gibi sonra etti oldu olduğunu",
    "Indonesian": "yang dan di dari untuk dengan pada ini itu tidak akan dalam adalah oleh ke telah juga sebagai atau",
    "Vietnamese": "và của là có không cho được các những một trong người với đã này khi để từ về đến vào trên "
    "bao nhiêu",
    "Romanian": "și în la cu este nu pe care din pentru mai că sunt fost de o un a se al ale lui prin",
    "Finnish": "ja on ei että se oli kuin myös ovat joka mutta hän tai sekä ole",
    "Hungarian": "a az és hogy nem is egy volt meg csak mint de ez el",
}
SMALL_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}

# Words of these lists that names and English sentences have too; they count, but alone tell nothing.
_OF_NAMES = (
    "a i o e d l s k v z w y an as at am in is no on or to was die den des du de del della dei da das do dos di la le "
    "les lo los las el il en et al ed er es van von vom der het der un una um sa se si su son al au im to po na pro os "
    "by or om at ole man per con via sur par te ai ke mai mint volt plus dan die pot son ma me ni no on ha han the for "
    "fra den de som har kan var"
)
NAME_WORDS = frozenset(_OF_NAMES.split())

# With these a question begins in no language but one, and in no English one.
_QUESTIONS = {
    "German": "wer wie welche welcher welches welchen wann warum wieviel wieviele weshalb",
    "French": "combien quelle quelles quels quel pourquoi quand",
    "Spanish": "cuánto cuántos cuántas cuánta cuál cuáles quién quiénes dónde cuándo cuantos cuantas",
    "Portuguese": "quem qual quais quantos quantas onde",
    "Italian": "quanti quante quanto perché quali",
    "Dutch": "hoeveel wanneer waarom welke hoe",
    "Swedish": "vem vilka vilken hur",
    "Danish or Norwegian": "hvem hvad hva hvor hvorfor hvornår",
    "Polish": "kto ile kiedy dlaczego gdzie",
    "Czech": "kdo kolik proč kde",
    "Turkish": "kaç neden nerede hangi",
    "Indonesian": "berapa siapa kapan mengapa",
    "Romanian": "câți câte cine",
    "Finnish": "kuka montako milloin miksi missä",
    "Hungarian": "mennyi hány mikor miért",
}
QUESTION_WORDS = {word: language for language, words in _QUESTIONS.items() for word in words.split()}
