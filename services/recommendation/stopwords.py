"""Words too common to say what a text is about, per language family.

English and Chinese have document frequencies that push such words down; the lists only save the work. For the other
languages, whose model table is neutral, they are all that keeps "of the" from relating two articles. Lower case, before
stemming.
"""

import re

_LISTS = {
    "en": """
        a about above after again against all also am an and any are aren't as at be because been before being
        below between both but by can cannot could did do does doing down during each few for from further had has
        have having he her here hers herself him himself his how i if in into is isn't it its itself just like may
        me might more most much must my myself no nor not now of off on once one only or other our ours ourselves
        out over own said same say says she should so some still such than that the their theirs them themselves
        then there these they this those through to too under until up upon us very was wasn't we were what when
        where which while who whom whose why will with would you your yours yourself don didn doesn won wouldn
        couldn shouldn hasn haven isn aren wasn weren ll ve re dont didnt doesnt wont wouldnt couldnt shouldnt
        hasnt havent isnt arent wasnt werent cant im ive youre theyre
    """,
    "ar": """
        من في على إلى الى عن مع أن ان إن أو او ثم هذا هذه ذلك تلك التي الذي الذين ما لا لم لن هو هي هم كان كانت
        يكون تكون قد كما كل بعد قبل بين عند حتى إذا اذا أي اي غير منذ خلال حول ضد دون لكن بل ليس ليست فيه فيها
        عليه عليها منه منها به بها له لها لهم أنه انه أنها انها وقد وقال قال قالت وأن وان وفي ومن وهو وهي ولا
        كانوا هناك حيث أيضا ايضا نحو أكثر أحد عبر
    """,
    "de": """
        aber als am an auch auf aus bei bis das dass dem den der des die dies diese dieser doch du durch ein eine
        einem einen einer eines er es für gegen hat hatte haben ich ihr ihre im in ist ja kann kein keine können
        mehr mit nach nicht noch nun nur ob oder ohne schon sei sein seine sich sie sind so soll über um und uns
        unter vom von vor war waren was wegen wenn werden wie wir wird wurde wurden zu zum zur zwischen sagte
    """,
    "es": """
        a al ante antes aunque así como con contra cual cuando de del desde donde dos el él ella ellos en entre
        era es esa ese eso esta está están este esto estos fue fueron ha había han hasta hay la las le les lo los
        más me mi mientras muy ni no nos o otra otro para pero poco por porque pues que qué quien se según ser si
        sí sin sino sobre son su sus también tan tiene todo todos tras un una uno unos y ya dijo
    """,
    "fr": """
        a afin ai ainsi alors après au aux avant avec avoir car ce cela celle celui ces cet cette chez comme
        contre d dans de depuis des deux donc dont du elle elles en encore entre est et été être eu fait ici il
        ils j je l la là le les leur leurs lors lui m mais même mes moins n ne ni non nos notre nous on ont ou où
        par pas peu plus pour qu que qui s sa sans se selon ses si son sont sous sur ta tous tout toute très tu un
        une va vers vos votre vous y
    """,
    "it": """
        a ad agli ai al alla alle anche ancora che chi ci come con contro cui da dagli dai dal dalla dalle degli
        dei del della delle di dopo dove due e è ed era essere fra già gli ha hanno ho i il in io la le lei lo
        loro lui ma mentre mi molto nei nel nella nelle no noi non o ogni per perché più poi prima quale quando
        quello questa questo se senza si sia solo sono sotto sua sue sugli sui sul sulla suo suoi tra tutti tutto
        un una uno
    """,
    "nl": """
        aan al als bij dan dat de der die dit door een en er geen haar had hebben heeft hem het hij hoe hun ik in
        is je kan maar me meer met mijn na naar niet nog nu of om onder ook op over te tegen tot uit van veel voor
        was wat we wel werd wie wij wordt worden ze zich zij zijn zo zou
    """,
    "pt": """
        a ainda além antes ao aos após as até com como contra da das de dela dele deles depois do dois dos e é ela
        elas ele eles em entre era essa esse esta está este eu foi foram há isso já la lhe mais mas me mesmo meu
        muito na não nas nem no nos nós o onde os ou para pela pelas pelo pelos por porque quando que quem se sem
        ser seu seus só sobre sua suas também tem têm todo todos um uma disse
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всего вы где да даже для до его ее её
        если есть еще ещё же за здесь и из или им их к как ко когда кто ли мне может мы на над надо не него нет ни
        но о об однако он она они от очень по под после потом при про раз с со так также там то того тоже только
        тот ты у уже что чтобы эта эти это этого этой этот я
    """,
}

STOPWORDS: dict[str, frozenset[str]] = {
    family: frozenset(words.replace("'", "").split()) for family, words in _LISTS.items()
}

_UNTELLING = {
    "en": frozenset(
        """
        afternoon april august century child children city day days december dr eight eighteen eighty eleven evening
        february fifteen fifty first five forty four fourteen friday fourth half hour hours hundred hundreds january
        july june kind lady last lord man march may men million millions minutes miss monday month months morning mr
        mrs ms new next night nights nine nineteen ninety november october one people road said saturday say saying
        says second september seven seventeen seventy sir six sixteen sixty street sunday ten third thirteen thirty
        thousand thousands three thursday time times today tomorrow tonight town tuesday twelve twenty two wednesday
        week weeks woman women word words year years yesterday
        """.split()
    ),
    "ar": frozenset(
        """
        أول أولى الأولى أيضا أيضًا إحدى أحد واحد واحدة اثنان اثنين ثلاث ثلاثة أربع أربعة أربعون خمس خمسة ست ستة سبع سبعة
        ثماني ثمانية تسع تسعة عشر عشرة عشرين مئة ألف عام عامًا عاما العام سنة سنوات يوم اليوم ليلة الليلة ساعة ساعات
        بساعة دقيقة صباح صباحًا مساء أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر يناير فبراير مارس جديد
        الجديد جديدة الجديدة قديم القديم قبل بعد الظهر بظهر قطعة وصل
        """.split()
    ),
}
"""Words that say nothing to a reader as the reason for a link, as they are written, in lower case."""
_CHINESE_NUMBER = re.compile(
    "[第近約上下逾]?[零〇一二兩两三四五六七八九十百千萬万億亿半幾几]+"
    "(?:年|月|日|號|号|時|时|點|点|分|秒|歲|岁|個|个|位|名|人|次|部|天|週|周|星期|小時|小时|分鐘|分钟|元|分之.+)?"
)


def is_untelling(form: str, family: str) -> bool:
    """Whether a word as it is written says nothing as the reason for a link: numbers, days, titles, a single letter."""
    if len(form) < 2 or form.lower() in _UNTELLING.get(family, ()):
        return True
    return family == "zh" and _CHINESE_NUMBER.fullmatch(form) is not None
