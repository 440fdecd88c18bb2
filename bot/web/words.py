"""Words of the public pages that stand in more than one place; what only one page says is in its template."""

from bot.phrases import phrase

SOURCE = phrase("publication_source")
AUTHOR = "横浜市市民協働推進センター"
FEED_TITLE = "協働の事例（横浜市市民協働推進センター）"
LICENCE = "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ja"
OTHER_LICENCE = "出典にお確かめください"
