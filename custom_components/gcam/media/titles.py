"""How recordings, days and cameras are called, in Home Assistant's language and timezone."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..models import Clip

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_BETWEEN = " · "


class Titles:
    """Titles as of `today`, in the language of `texts`."""

    def __init__(self, texts: Mapping[str, str], zone: tzinfo, today: date) -> None:
        self.zone = zone
        self._texts = texts
        self._today = today

    @classmethod
    async def load(cls, hass: HomeAssistant) -> Titles:
        """In Home Assistant's language, whose texts are looked up once."""
        texts = await async_get_translations(hass, hass.config.language, "common", [DOMAIN])
        now = dt_util.now()
        return cls(texts, dt_util.get_default_time_zone(), now.date())

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def all_cameras(self) -> str:
        return self._text("all_cameras")

    def removed(self, camera: str) -> str:
        """A camera that Gcam has no more."""
        return self._text("removed_camera", camera=camera)

    def day(self, day: date) -> str:
        """`Today`, `Saturday 21 November 2026`."""
        if day == self._today:
            return self._text("today")
        if day == self._today - timedelta(days=1):
            return self._text("yesterday")
        return self.written(day)

    def written(self, day: date) -> str:
        key = "date_first" if day.day == 1 else "date"
        weekday, month = self._text(_WEEKDAYS[day.weekday()]), self._text(_MONTHS[day.month - 1])
        text = self._text(key, weekday=weekday, day=str(day.day), month=month, year=str(day.year))
        return text[:1].upper() + text[1:]

    def hour(self, hour: int) -> str:
        """`14:00 - 15:00`, with a dash for from-to."""
        return f"{hour:02}:00 – {(hour + 1) % 24:02}:00"

    def counted(self, title: str, clips: int) -> str:
        """With how many recordings there are."""
        key = "recordings_one" if clips == 1 else "recordings_other"
        return _BETWEEN.join([title, self._text(key, count=str(clips))])

    def clip(self, clip: Clip, *, camera: str | None = None, with_day: bool = False) -> str:
        """`14:03:22 · Person · Driveway · 12 s · 9 % moved`.

        Home Assistant shows some twenty letters of it, so what tells it from its neighbours comes first.
        """
        began = self.local(clip.started_at)
        parts = [
            f"{self._short(began.date())} {began:%H:%M:%S}" if with_day else f"{began:%H:%M:%S}",
            camera,
            ", ".join(map(self.what, clip.what or ())) or self.kind(clip.kind),
            ", ".join(clip.zones),
            duration(clip.duration_s),
            self._text("moved", percent=str(max(1, round(clip.peak)))) if clip.peak > 0 else None,
            self._text("protected") if clip.protected else None,
        ]
        return _BETWEEN.join(part for part in parts if part)

    def kind(self, kind: str) -> str:
        """That of a newer Gcam is shown as it is."""
        return self._texts.get(_key(f"kind_{kind}"), kind)

    def what(self, kind: str) -> str:
        """What moved; that of a newer Gcam is shown as it is."""
        return self._texts.get(_key(f"what_{kind}"), kind)

    def words_of_day(self, day: date) -> frozenset[str]:
        """What somebody who looks for this day may type."""
        written = f"{self.day(day)} {self.written(day)} {day.isoformat()} {day:%Y-%m}"
        numeric = {
            pattern.format(d=day.day, m=day.month, y=day.year)
            for pattern in ("{d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02}.{m:02}.{y}", "{d}.{m}.{y}")
        }
        short = {f"{day:%d/%m}", f"{day:%d.%m.}", f"{day.day}/{day.month}", f"{day.day}.{day.month}."}
        return frozenset(plain(written).split()) | numeric | short

    def words_for_days(self) -> frozenset[str]:
        """Words that can only mean a day."""
        keys = ("today", "yesterday", *_WEEKDAYS, *_MONTHS)
        return frozenset(plain(self._text(key)) for key in keys)

    def _short(self, day: date) -> str:
        """`Today`, `2026-11-19`."""
        return self.day(day) if timedelta() <= self._today - day <= timedelta(days=1) else day.isoformat()

    def _text(self, key: str, **values: str) -> str:
        return self._texts[_key(key)].format(**values)


def duration(length_s: float) -> str:
    """`12 s`, `1 min 05 s`, `2 h 07 min`."""
    seconds = round(length_s)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


def plain(text: str) -> str:
    """Without capitals and accents, for comparing."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _key(key: str) -> str:
    return f"component.{DOMAIN}.common.{key}"
