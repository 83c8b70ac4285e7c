"""Reports that a mirror has put into traditional characters, back in the characters of the form.

Only the words such reports use are here: the labels, numbers, verbs and names of offices. One traditional character
stands for one simplified one, so that every place in the text stays where it was.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gongkai.exchange.blocks import Grid, Paragraph, Source

_PAIRS = (
    "體体總总況况動动開开機机關关規规範范廢废數数現现處处決决項项費费額额萬万單单請请業业構构組组織织務务結结轉转辦办繼继續续屬属國国護护權权內内類类過过執执檔档詢询無无沒没訊讯製制補补"
    "確确認认舉举報报訴诉複复復复維维糾纠審审訟讼經经後后與与題题進进問问於于個个條条對对應应當当將将為为從从來来時时間间發发佈布區区縣县鎮镇鄉乡廳厅廠厂產产領领導导會会議议計计劃划說说"
    "讀读採采納纳徵征見见員员訓训檢检網网號号頁页電电話话郵邮際际參参農农環环設设備备資资稅税財财預预質质標标準准證证據据書书團团學学選选達达還还這这該该們们億亿兩两餘余遞递繳缴減减擴扩優优專专"
    "營营險险聯联絡络點点線线態态統统監监測测評评價价責责衛卫療疗級级節节約约終终紀纪錄录錯错誤误調调論论識识讓让負负貫贯賬账購购贈赠輪轮轄辖運运違违適适遲迟釋释長长門门閱阅陸陆隊队階阶隱隐"
    "雙双難难響响順顺頒颁顯显風风養养館馆驗验齊齐並并併并傳传債债僅仅勞劳勵励勢势協协卻却廣广張张強强彙汇匯汇憑凭戶户撥拨擔担擬拟擇择敗败斷断暫暂曆历歷历樣样歲岁歸归氣气淨净溝沟滿满潔洁濟济災灾"
    "熱热獎奖獨独獲获畢毕異异盡尽盤盘礎础種种稱称穩稳競竞築筑籌筹簡简紙纸絕绝綜综綠绿緊紧編编練练縮缩績绩職职聽听臺台興兴舊旧藝艺術术裡里裏里視视親亲覽览觀观訂订記记討讨許许註注詳详誠诚誰谁課课"
    "謀谋謂谓講讲貢贡貨货貧贫貿贸賞赏賠赔賦赋車车較较載载輔辅輕轻輸输辭辞迴回連连週周邊边鄰邻銀银銷销鍵键鏈链鐘钟閉闭闡阐陳陈陽阳隨随雜杂離离雲云頻频願愿馬马驅驱魚鱼麗丽黃黄黨党補补齡龄紅红"
)
TABLE = {ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
_SIGNS = re.compile(r"政府信息公開|公開申請|總\s*計|結果維持|結轉下年度|辦理結果")


def is_traditional(text: str) -> bool:
    """Whether a report is written in traditional characters."""
    return len(_SIGNS.findall(text[:200_000])) >= 3


def simplified(source: Source) -> Source:
    """The same file with its text in simplified characters."""
    blocks: list[Paragraph | Grid] = [
        replace(block, cells=[[cell and replace(cell, text=cell.text.translate(TABLE)) for cell in row] for row in block.cells])
        if isinstance(block, Grid) else replace(block, text=block.text.translate(TABLE))
        for block in source.blocks
    ]  # fmt: skip
    return replace(source, blocks=blocks, text=source.text.translate(TABLE), name=source.name.translate(TABLE))
