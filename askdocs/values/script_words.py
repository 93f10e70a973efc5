"""What stands beside a figure in other scripts: words of scale, of currencies, of percent, and "about"."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

_SCALES = {
    # Chinese, Japanese, Korean: multiples of them are written in a row, "千万", "百亿".
    10: "十 拾 십", 100: "百 백", 1_000: "千 천", 10_000: "万 萬 만", 10**8: "亿 億 억",
}  # fmt: skip
PAIRED_SCALES = {word: Decimal(number) for number, words in _SCALES.items() for word in words.split()}
# 兆 is a million millions to Japanese and Taiwanese readers, other numbers to others: only with these it is sure.
TRILLION = {"兆": ("円", "ウォン", "ドル", "ユーロ"), "조": ("원", "달러", "엔", "위안", "유로")}

# Of Arabic, Persian and Urdu; Hindi; Thai; Russian and Ukrainian; Greek.
_WORD_SCALES = {
    1_000: "ألف آلاف الف ألفا ألفًا هزار ہزار हज़ार हजार พัน тыс тысяч тысячи тысяча тисяч тисячі χιλιάδες χιλ",
    10_000: "หมื่น",
    100_000: "لاکھ लाख แสน",
    10**6: "مليون ملايين مليونا مليونًا میلیون ملیون ล้าน मिलियन млн миллион миллиона миллионов мільйон "
    "мільйона мільйонів εκατομμύρια εκατομμύριο εκατ",
    10**7: "کروڑ करोड़ करोड",
    10**9: "مليار مليارات مليارا مليارًا میلیارد بليون ارب अरब बिलियन млрд миллиард миллиарда миллиардов мільярд "
    "мільярда мільярдів δισεκατομμύρια δισεκατομμύριο δισ",
    10**12: "تريليون تریلیون трлн триллион триллиона триллионов трильйон τρισεκατομμύρια τρισ",
}
WORD_SCALES = {word: Decimal(number) for number, words in _WORD_SCALES.items() for word in words.split()}

_CURRENCIES = {
    "USD": "美元 美金 米ドル ドル 달러 미국달러 долларов доллара доллар долл डॉलर ดอลลาร์ δολάρια دولار_أمريكي",
    "CNY": "元人民币 元人民幣 人民币元 人民币 人民幣 人民元 위안 юаней юаня หยวน",
    "HKD": "港元 港币 港幣 香港ドル",
    "EUR": "欧元 歐元 ユーロ 유로 евро ευρώ यूरो ยูโร يورو یورو",
    "JPY": "日元 日圆 日圓 円 엔 иен เยน ين_ياباني",
    "GBP": "英镑 英鎊 фунтов_стерлингов جنيه_إسترليني",
    "TWD": "新台币 新台幣 新臺幣 台币 台幣",
    "KRW": "韩元 韓元 ウォン 원 вон",
    "AUD": "澳元 豪ドル", "CAD": "加元 カナダドル", "SGD": "新加坡元 シンガポールドル", "CHF": "瑞士法郎 瑞郎",
    "INR": "卢比 盧比 रुपये रुपए रुपया", "THB": "泰铢 泰銖 บาท", "RUB": "卢布 рублей рубля рубль руб",
    "UAH": "гривен гривень гривны", "KZT": "тенге",
    "SAR": "ريال_سعودي", "QAR": "ريال_قطري", "OMR": "ريال_عماني", "IRR": "ریال",
    "AED": "درهم_إماراتي", "MAD": "درهم_مغربي", "EGP": "جنيه_مصري", "KWD": "دينار_كويتي", "TRY": "ليرة_تركية",
}  # fmt: skip
# Money, but of more than one country.
_OPEN_CURRENCIES = "元 块钱 塊錢 ريال ريالا درهم درهما دراهم دولار دولارا دينار دينارا جنيه ليرة تومان روپے"
CURRENCIES: dict[str, str | None] = {
    **dict.fromkeys(_OPEN_CURRENCIES.split()),
    **{name.replace("_", " "): code for code, names in _CURRENCIES.items() for name in names.split()},
}
# Which yuan it is, the characters beside it say: only mainland China writes these so.
SIMPLIFIED = frozenset("万亿币")

# How months and "year" begin: with a figure before them they are a date.
_TIMES = (
    "январ феврал март апрел мая май июн июл август сентябр октябр ноябр декабр год г. січ лют берез квіт "
    "трав черв лип серп верес жовт листоп груд рок يناير فبراير مارس أبريل ابريل إبريل مايو يونيو يوليو "
    "أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين ژانویه فوریه "
    "जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर अक्तूबर नवंबर नवम्बर "
    "दिसंबर दिसम्बर มกรา กุมภา มีนา เมษา พฤษภา มิถุนา กรกฎา สิงหา กันยา ตุลา พฤศจิกา ธันวา Ιαν Φεβ Μαρ "
    "Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ นาฬิกา น. वीं वां वें"
)
TIMES = tuple(_TIMES.split())
PERCENT = (
    "في المئة", "في المائة", "بالمئة", "بالمائة", "درصد", "فیصد", "प्रतिशत", "फीसदी", "फ़ीसदी", "เปอร์เซ็นต์", "процентов",
    "процента", "процент", "відсотків", "відсотки", "τοις εκατό", "パーセント", "퍼센트",
)  # fmt: skip
POINTS = (
    "个百分点", "個百分點", "百分点", "ポイント", "%포인트", "процентных пункта", "процентных пунктов", "п.п.",
    "نقطة مئوية",
)  # fmt: skip
PERCENT_BEFORE = ("百分之", "ร้อยละ")

ABOUT = (
    "大约", "大約", "约", "約", "近", "将近", "將近", "超过", "超過", "至少", "不到", "およそ", "약",
    "около", "примерно", "почти", "более", "свыше", "не менее", "حوالي", "نحو", "أكثر من", "أقل من", "قرابة", "حدود",
    "تقريبا", "लगभग", "करीब", "ประมาณ",
    "กว่า", "περίπου",
)  # fmt: skip
ABOUT_AFTER = ("以上", "左右", "余り", "あまり", "前後", "이상", "以内", "以下", "未満")
ABOUT_WITHIN = ("多", "余", "餘", "여", "กว่า")
# Below zero, or a part of what stands before it.
LESS = ("负", "負", "▲", "△", "マイナス", "минус", "ลบ", "ناقص", "سالب", "마이너스")


class Named(NamedTuple):
    """A word found in a text: where it ends, and what it stands for."""

    word: str
    end: int


def first_of(words: tuple[str, ...], text: str, start: int) -> Named | None:
    """The longest of some words that stands at ``start``.

    >>> first_of(tuple(CURRENCIES), "3元人民币", 1)
    Named(word='元人民币', end=5)
    """
    found = max((word for word in words if text.startswith(word, start)), key=len, default="")
    return Named(found, start + len(found)) if found else None
