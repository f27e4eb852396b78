"""What recognisers say in silence; without it "Thanks for watching!" would close every message.

Whisper learned from subtitles of films and of internet videos, and ends silences as those end. Each
phrase is as it was seen in that language; matching looks at letters only (``fold``), so case,
marks, accents and spaces do not matter here.
"""

from __future__ import annotations

from pipeline.captions.words.script import fold

_SEEN = """
thanks for watching | thank you for watching | thank you so much for watching
thanks for listening to this video | please subscribe | please subscribe to my channel | subscribe
like and subscribe | don't forget to subscribe | see you in the next video | see you next time
i'll see you in the next video | please like and subscribe | subtitles by the amara.org community
subtitles by the amara org community | captions by the amara.org community
subtitles by steamteamextra | transcribed by https://otter.ai | transcription by castingwords
www.mooji.org
gracias por ver el video | gracias por ver | suscríbete al canal | suscríbete
no olvides suscribirte | subtítulos realizados por la comunidad de amara.org
subtítulos por la comunidad de amara.org | hasta la próxima
vielen dank fürs zuschauen | danke fürs zuschauen | untertitel der amara.org-community
untertitel von stephanie geiges | untertitelung des zdf für funk, 2017
untertitel im auftrag des zdf für funk, 2017 | untertitelung des zdf, 2020 | swr 2021
bis zum nächsten mal | copyright wdr 2021 | abonniere den kanal
merci d'avoir regardé cette vidéo | merci d'avoir regardé
sous-titres réalisés par la communauté d'amara.org | sous-titrage st' 501
sous-titrage société radio-canada | abonnez-vous | n'oubliez pas de vous abonner | à la prochaine
obrigado por assistir | obrigada por assistir | inscreva-se no canal | inscreva-se
legendas pela comunidade amara.org | legendas pela comunidade das amara.org | até a próxima
grazie per aver guardato il video | grazie per la visione | iscriviti al canale
sottotitoli creati dalla comunità amara.org | sottotitoli e revisione a cura di qtss
sottotitoli a cura di qtss | alla prossima
спасибо за просмотр | подписывайтесь на канал | подписывайся на канал | продолжение следует
редактор субтитров а.семкин | субтитры сделал dimatorzok | субтитры создавал dimatorzok
до новых встреч | субтитры подготовлены сообществом amara.org
请不吝点赞 订阅 转发 打赏支持明镜与点点栏目 | 谢谢观看 | 感谢观看 | 谢谢大家收看
字幕由amara.org社区提供 | 中文字幕志愿者 | 請不吝點贊訂閱轉發 | 字幕志願者 | 謝謝觀看
請訂閱我的頻道
ご視聴ありがとうございました | 最後までご視聴いただきありがとうございます
チャンネル登録お願いします | 字幕はamara.orgコミュニティによって作成されました
チャンネル登録よろしくお願いします
시청해주셔서 감사합니다 | 구독과 좋아요 부탁드립니다 | 다음 영상에서 만나요
시청해 주셔서 감사합니다 | mbc 뉴스 이덕영입니다
"""
_PHRASES = [phrase for line in _SEEN.strip().splitlines() for phrase in line.split("|")]

CLOSING_PHRASES = tuple(sorted({fold(phrase).replace("'", "") for phrase in _PHRASES}))
"""Letters alone, without spaces."""
