"""Words that say nothing of what an article is about."""

from collections.abc import Mapping

_LISTS = {
    "en": """
    a about above across after again against ago all almost along already also although always am amid among an and
    another any anyone anything are aren't around as ask asked at away back be became because become been before began
    behind being believe below best better between big both bring but by call called came can can't cannot come comes
    coming could couldn't day days did didn't do does doesn't doing don't done down due during each early earlier else
    end enough even ever every everyone everything expected far few find first five following for former found four
    from full further gave get gets getting give given go goes going gone good got great had half has hasn't have
    haven't having he he'd he'll he's hear held help her here hers herself high him himself his hold hour hours how
    however i i'd i'll i'm i've if in including indeed instead into is isn't it it'd it'll it's its itself just keep
    kind knew know known large last late later latest least led left less let let's like likely little long look
    looking lot made make makes making man many may maybe me mean means men might million minute minutes month months
    more morning most much must my myself near nearly need never new news next night nine no nobody none nor not note
    noted nothing now number of off often oh old on once one ones only onto or other others our out outside over own
    part people percent perhaps place point put quite rather really recent recently released report reported reporter
    reporters reporting reports right round said same saw say saying says second see seeing seem seems seen set seven
    several shall she she'd she'll she's should shouldn't show side simply since six small so some someone something
    soon spoke spokesman spokesperson spokeswoman statement still story such sure take taken takes taking talk tell
    ten than that that's the their them themselves then there there's these they they'd they'll they're they've thing
    things think third this those though thought thousand three through time times to today together told tomorrow
    tonight too took toward towards tried true try trying two under until up upon us use used using very want wanted
    wants was wasn't way ways we we'd we'll we're we've week weeks well went were weren't what what's whatever when
    where whether which while who who's whole whom whose why will with within without won't word words work working
    would wouldn't wrote year years yes yesterday yet you you'd you'll you're you've young your yours
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec mr mrs ms inc ltd corp co advertisement
    """,
    "ar": """
    من في على إلى الى عن مع أن ان إن أو او ثم هذا هذه ذلك تلك هؤلاء التي الذي الذين اللذين اللتين ما ماذا لا لم لن هو
    هي هم نحن أنا انا أنت كان كانت كانوا يكون تكون سيكون قد لقد كما كل كلا بعد قبل بين عند عندما حتى إذا اذا أي اي غير
    منذ خلال حول ضد دون بدون لكن ولكن بل ليس ليست فيه فيها فيهم عليه عليها عليهم منه منها منهم به بها بهم له لها لهم
    إليه إليها عنه عنها أنه انه أنها انها أنهم بأن بأنه لأن لأنه وأن وان وأنه وقد وقال وقالت قال قالت قالوا يقول تقول
    وأضاف أضاف وأضافت وأوضح أوضح وأكد أكد أكدت وأكدت وأشار أشار ذكر ذكرت وذكرت وفي ومن وهو وهي ولا ولم وعلى وإلى وكان
    وكانت وما ومع هناك هنا حيث أيضا ايضا أيضًا نحو أكثر اكثر أقل أحد احد إحدى عبر أمام امام تحت فوق داخل خارج مثل بعض
    جميع كافة نفس نفسه نفسها عدة عدد يوم أيام اليوم أمس غدا الآن الان عام العام سنة شهر أسبوع ساعة ساعات دقيقة الأحد
    الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر
    نوفمبر ديسمبر الماضي الماضية المقبل المقبلة الجاري الحالي الحالية أول الأول الأولى ثاني الثاني الثانية تم يتم وتم
    جدا فقط ربما لدى لديه لديها وذلك وهذا وهذه كذلك بسبب بشأن بشكل حسب وفق وفقا ضمن أما إما سوف قام قامت يجب يمكن مليون
    ألف مئة واحد واحدة اثنين ثلاثة أربعة خمسة
    """,
    "zh": """
    一个 一些 一下 一直 一定 一样 一般 一边 一名 一位 一种 一次 一天 一年 一起 上午 上周 上月 上述 下午 下周 下月
    不是 不会 不能 不过 不少 不同 不要 不用 不再 不仅 不但 不可 不如 不得 不想 不知 与其 两个 两人 两名 两年 个人
    中午 为了 为何 主要 也是 也有 事情 于是 人们 人士 今年 今天 今日 今次 今早 仍然 什么 今晚 他们 以上 以下 以及
    以后 以来 以前 以为 任何 会有 但是 作为 使用 例如 依然 元旦 先生 公里 关于 其中 其他 其实 其后 其它 再次 凌晨
    几个 出现 分别 分钟 刚刚 别人 到底 前往 十分 即使 原来 去年 又是 及其 只是 只有 可以 可是 可能 各种 同时 同样
    后来 向来 否则 周一 周二 周三 周四 周五 周六 周日 哪里 哪些 因为 因此 因而 图片 在内 如何 如果 如此 女士 她们
    它们 完全 就是 就要 小时 小姐 尤其 已经 已有 希望 并且 并不 平时 年前 应该 当中 当天 当时 当日 当地 很多 得到
    怎么 怎样 总是 情况 成为 我们 或者 所以 所有 所谓 接受 据悉 提供 新闻 方面 日前 日讯 时候 时间 昨天 昨日 昨晚
    明天 明年 星期 是否 晚上 曾经 有关 有些 有人 有的 月份 本报 本报讯 来自 来说 来源 此前 此外 此次 每个 每天 比如
    没有 消息 然后 然而 特别 现在 现场 由于 电讯 男子 目前 相关 看到 看来 知道 称为 第一 第二 第三 等等 经过 结果
    继续 编辑 网友 网讯 而且 而是 能够 自己 至今 至于 表示 要求 觉得 认为 许多 记者 讯息 该名 责任 责编 起来 起码
    超过 近日 近期 还是 还有 还要 这个 这些 这里 这样 这种 这次 进行 进入 通过 连日 透露 那么 那些 那个 部分 都是
    里面 针对 问题 除了 随后 随着 非常 面对 首次 首先 马上 介绍 指出 报道 报导 开始 发现 发生 发布 工作 需要 之后
    之前 之间 之一 一切 万元 亿元 左右 大家 不断 多个 多名 多次 多年 全部 有望 最后 最近 最终 有所 其余 今后 日后
    以至 直至 直到 予以 加以 对于 由此 从而 从中 此事 称已 日电
    """,
}
STOPWORDS: Mapping[str, frozenset[str]] = {language: frozenset(text.split()) for language, text in _LISTS.items()}
"""By primary language; Chinese in Simplified characters, Arabic without vowel signs."""
