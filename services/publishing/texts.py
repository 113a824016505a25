"""The interface's own words in each language it speaks; an edition in another language gets English."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale


@dataclass(frozen=True)
class Texts:
    """All words of a page that are not an article's or an edition's. `{…}` marks are filled by the templates.

    `messages` has a title and a sentence for every page that stands in for an article.
    """

    skip: str
    sections: str
    front_page: str
    editions: str
    editions_text: str
    top_stories: str
    latest: str
    older: str
    other_languages: str
    live: str
    nothing_yet: str
    updated: str
    reading: str
    unit_length: Literal["long", "short"]
    correction: str
    tags: str
    video: str
    audio: str
    play_video: str
    play_audio: str
    newsletter: str
    newsletter_soon: str
    more: str
    related: str
    in_common: str
    separator: str
    pinned: str
    player: str
    play: str
    pause: str
    position: str
    captions: str
    captions_off: str
    close: str
    unplayable: str
    open_file: str
    back: str
    messages: Mapping[str, tuple[str, str]]


ENGLISH = Texts(
    skip="Skip to the article",
    sections="Sections",
    front_page="Front page",
    editions="All editions",
    editions_text="One network, many cities: each edition has its own newsroom.",
    top_stories="Top stories",
    latest="Latest",
    older="Older articles",
    other_languages="Read this in",
    live="Live",
    nothing_yet="Nothing has been published here yet.",
    updated="Updated {time}",
    reading="{time} read",
    unit_length="short",
    correction="Correction",
    tags="Topics",
    video="Video",
    audio="Audio",
    play_video="Play video",
    play_audio="Play audio",
    newsletter="Newsletter",
    newsletter_soon="The day in one letter, every evening. Sign-up opens soon.",
    more="More on this story",
    related="Related Articles",
    in_common="In common: {values}",
    separator=", ",
    pinned="Chosen by the editors",
    player="Player",
    play="Play",
    pause="Pause",
    position="Position",
    captions="Captions",
    captions_off="Off",
    close="Close",
    unplayable="This recording cannot be played here.",
    open_file="Open the file",
    back="Go to the front page",
    messages={
        "not_found": ("Page not found", "There is nothing at this address. It may have been mistyped."),
        "killed": ("This article has been withdrawn", "It was taken down and will not come back."),
        "withheld": ("This article is not available", "It has been taken off the page for the time being."),
        "expired": ("This article has expired", "It was published for a limited time, which is over."),
        "unavailable": ("We will be back in a moment", "The page cannot be shown right now. Please try again shortly."),
    },
)

TRADITIONAL_CHINESE = Texts(
    skip="跳至正文",
    sections="欄目",
    front_page="頭版",
    editions="各地版本",
    editions_text="一個網絡，多個城市；每個版本都有自己的編輯部。",
    top_stories="焦點",
    latest="最新消息",
    older="較早的報道",
    other_languages="其他語言：",
    live="直播",
    nothing_yet="暫無報道。",
    updated="更新：{time}",
    reading="閱讀時間 {time}",
    unit_length="short",
    correction="更正",
    tags="標籤",
    video="影片",
    audio="錄音",
    play_video="播放影片",
    play_audio="播放錄音",
    newsletter="電子報",
    newsletter_soon="每晚一封，細讀當日要聞。即將接受訂閱。",
    more="事件跟進",
    related="相關報道",
    in_common="共通：{values}",
    separator="、",
    pinned="編輯推薦",
    player="播放器",
    play="播放",
    pause="暫停",
    position="播放位置",
    captions="字幕",
    captions_off="關閉",
    close="關閉",
    unplayable="此錄音或影片未能在此播放。",
    open_file="開啟檔案",
    back="返回頭版",
    messages={
        "not_found": ("找不到頁面", "此網址沒有內容，請檢查有否輸入錯誤。"),
        "killed": ("此報道已撤回", "報道已經下架，不會重新刊登。"),
        "withheld": ("此報道暫不開放", "報道暫時下架。"),
        "expired": ("此報道已過期", "報道的刊登期限已過。"),
        "unavailable": ("稍後回來", "暫時未能顯示此頁，請稍後再試。"),
    },
)

SIMPLIFIED_CHINESE = Texts(
    skip="跳至正文",
    sections="栏目",
    front_page="头版",
    editions="各地版本",
    editions_text="一个网络，多个城市；每个版本都有自己的编辑部。",
    top_stories="焦点",
    latest="最新消息",
    older="较早的报道",
    other_languages="其他语言：",
    live="直播",
    nothing_yet="暂无报道。",
    updated="更新：{time}",
    reading="阅读时间 {time}",
    unit_length="short",
    correction="更正",
    tags="标签",
    video="视频",
    audio="录音",
    play_video="播放视频",
    play_audio="播放录音",
    newsletter="电子报",
    newsletter_soon="每晚一封，细读当日要闻。即将开放订阅。",
    more="事件跟进",
    related="相关报道",
    in_common="共同点：{values}",
    separator="、",
    pinned="编辑推荐",
    player="播放器",
    play="播放",
    pause="暂停",
    position="播放位置",
    captions="字幕",
    captions_off="关闭",
    close="关闭",
    unplayable="此录音或视频无法在此播放。",
    open_file="打开文件",
    back="返回头版",
    messages={
        "not_found": ("找不到页面", "此网址没有内容，请检查是否输入有误。"),
        "killed": ("此报道已撤回", "报道已经下架，不会重新刊登。"),
        "withheld": ("此报道暂不开放", "报道暂时下架。"),
        "expired": ("此报道已过期", "报道的刊登期限已过。"),
        "unavailable": ("稍后回来", "暂时无法显示此页，请稍后再试。"),
    },
)

ARABIC = Texts(
    skip="انتقل إلى المقال",
    sections="الأقسام",
    front_page="الصفحة الأولى",
    editions="كل الطبعات",
    editions_text="شبكة واحدة ومدن كثيرة، ولكل طبعة غرفة أخبارها.",
    top_stories="أبرز الأخبار",
    latest="آخر الأخبار",
    older="مقالات أقدم",
    other_languages="اقرأ هذا المقال بلغة أخرى:",
    live="مباشر",
    nothing_yet="لم يُنشر شيء هنا بعد.",
    updated="آخر تحديث: {time}",
    reading="مدة القراءة: {time}",
    unit_length="long",
    correction="تصويب",
    tags="مواضيع",
    video="فيديو",
    audio="صوت",
    play_video="شاهد الفيديو",
    play_audio="استمع إلى التسجيل",
    newsletter="النشرة البريدية",
    newsletter_soon="أخبار اليوم في رسالة واحدة كل مساء. التسجيل قريبًا.",
    more="المزيد عن هذه القصة",
    related="مقالات ذات صلة",
    in_common="المشترك: {values}",
    separator="، ",
    pinned="اختيار المحررين",
    player="المشغّل",
    play="تشغيل",
    pause="إيقاف مؤقت",
    position="موضع التشغيل",
    captions="الترجمة النصية",
    captions_off="إيقاف",
    close="إغلاق",
    unplayable="يتعذر تشغيل هذا التسجيل هنا.",
    open_file="افتح الملف",
    back="إلى الصفحة الأولى",
    messages={
        "not_found": ("الصفحة غير موجودة", "لا شيء في هذا العنوان، ولعل فيه خطأ مطبعيًا."),
        "killed": ("سُحب هذا المقال", "حُذف المقال ولن يعود إلى هذا العنوان."),
        "withheld": ("هذا المقال غير متاح", "رُفع المقال عن الصفحة مؤقتًا."),
        "expired": ("انتهت مدة هذا المقال", "نُشر المقال لمدة محدودة وقد انقضت."),
        "unavailable": ("سنعود بعد قليل", "يتعذر عرض الصفحة الآن، يرجى المحاولة بعد لحظات."),
    },
)


@lru_cache(maxsize=256)
def texts_for(locale: str) -> Texts:
    """The words for a locale (BCP 47). Chinese is Simplified unless script or region say Traditional."""
    parsed = Locale.parse(locale, sep="-")
    if parsed.language == "zh":
        return TRADITIONAL_CHINESE if parsed.script == "Hant" else SIMPLIFIED_CHINESE
    return ARABIC if parsed.language == "ar" else ENGLISH
