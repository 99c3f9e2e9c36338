"""One Gcam's recordings as the media browser shows them: folders of cameras, days and hours; clips."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.media_player import BrowseMedia, MediaClass, MediaType
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..api import GcamClient
from ..const import DOMAIN
from ..coordinator import GcamCoordinator
from ..devices import camera_id_of
from ..models import Clip
from ..recordings import Recordings
from ..views import thumbnail_path
from .places import Footage, OneClip, OneGcam, Place
from .titles import Titles

MOST_CLIPS = 200
"""A day with more of them is shown by the hour."""
_PAGE = 200
_THUMBNAILS_HOLD = timedelta(hours=1)


class Shelves:
    """Every method may raise `GcamError`; newest first."""

    def __init__(self, hass: HomeAssistant, gcam: GcamCoordinator, titles: Titles) -> None:
        self._hass = hass
        self._gcam = gcam
        self._titles = titles
        self._instance_id = gcam.data.instance_id

    async def gcam(self) -> BrowseMediaSource:
        """All cameras together, if there are several; each, by name; those that are gone."""
        recordings = await self._recordings()
        newest = {camera.camera_id: camera.newest_id for camera in recordings.cameras}
        names = self.names()
        there = sorted(names, key=lambda camera_id: names[camera_id].casefold())
        gone = {it.camera_id: it.name for it in recordings.cameras if it.camera_id not in names}
        children = [self._camera(it, names[it], newest.get(it)) for it in there]
        children += [self._camera(it, self._titles.removed(name), newest[it]) for it, name in gone.items()]
        if len(children) > 1:
            last = recordings.days[-1].newest_id if recordings.days else None
            children.insert(0, self._camera(None, self._titles.all_cameras(), last))
        return self.folder(OneGcam(self._instance_id), self._gcam.config_entry.title, children=children)

    async def days(self, footage: Footage) -> BrowseMediaSource:
        """A camera's days."""
        recordings = await self._recordings(footage.camera_id)
        children = [
            self.folder(
                Footage(self._instance_id, footage.camera_id, day.day),
                self._titles.counted(self._titles.day(day.day), day.clips),
                thumbnail_of=day.newest_id,
            )
            for day in reversed(recordings.days)
        ]
        title = self._name_of(footage, recordings)
        return self.folder(Footage(self._instance_id, footage.camera_id), title, children=children)

    async def clips(self, footage: Footage) -> BrowseMediaSource:
        """A day's clips, or its hours when there are very many; an hour's clips."""
        assert footage.day is not None
        clips = await self._all(footage)
        title = self._titles.day(footage.day)
        if footage.hour is not None:
            title = f"{title} · {self._titles.hour(footage.hour)}"
        elif len(clips) > MOST_CLIPS:
            return self.folder(footage, title, children=self._hours(footage, clips))
        names = self.names()
        camera = (
            names.get(it.camera_id, it.camera_name) if footage.camera_id is None else None for it in clips
        )
        children = [self.clip(clip, camera=name) for clip, name in zip(clips, camera, strict=True)]
        return self.folder(footage, title, children=children, of=MediaClass.VIDEO)

    def clip(self, clip: Clip, *, camera: str | None = None, with_day: bool = False) -> BrowseMediaSource:
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(OneClip(self._instance_id, clip.id)),
            media_class=MediaClass.VIDEO,
            media_content_type="video/mp4",
            title=self._titles.clip(clip, camera=camera, with_day=with_day),
            can_play=True,
            can_expand=False,
            thumbnail=self._thumbnail(clip.id) if clip.has_thumbnail else None,
        )

    def folder(
        self,
        place: Place,
        title: str,
        *,
        children: Sequence[BrowseMedia] | None = None,
        of: MediaClass = MediaClass.DIRECTORY,
        thumbnail_of: str | None = None,
    ) -> BrowseMediaSource:
        """`thumbnail_of`: a clip's id."""
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(place),
            media_class=MediaClass.DIRECTORY,
            media_content_type=MediaType.VIDEO,
            title=title,
            can_play=False,
            can_expand=True,
            can_search=True,
            children=children,
            children_media_class=of,
            thumbnail=None if thumbnail_of is None else self._thumbnail(thumbnail_of),
        )

    def names(self) -> dict[str, str]:
        """The cameras there are, as Home Assistant calls them."""
        gcam = self._gcam.data
        names = {camera.id: camera.name for camera in gcam.cameras.values()}
        registry = dr.async_get(self._hass)
        for device in dr.async_entries_for_config_entry(registry, self._gcam.config_entry.entry_id):
            camera_id = camera_id_of(gcam, device)
            if camera_id in names and device.name_by_user:
                names[camera_id] = device.name_by_user
        return names

    def camera(self, camera_id: str) -> BrowseMediaSource:
        """One that there is."""
        return self._camera(camera_id, self.names()[camera_id], None)

    @property
    def client(self) -> GcamClient:
        return self._gcam.client

    async def _recordings(self, camera_id: str | None = None) -> Recordings:
        return await self.client.recordings(camera_id, timezone=self._hass.config.time_zone)

    async def _all(self, footage: Footage) -> list[Clip]:
        after, before = footage.bounds(self._titles.zone) or (None, None)
        found: list[Clip] = []
        while True:
            page = await self.client.clips(
                footage.camera_id,
                after=after,
                before=before,
                older_than=found[-1].id if found else None,
                limit=_PAGE,
            )
            found += page
            if len(page) < _PAGE:
                return found

    def _hours(self, footage: Footage, clips: Sequence[Clip]) -> list[BrowseMediaSource]:
        counts: Counter[int] = Counter()
        newest: dict[int, str] = {}
        for clip in clips:
            hour = self._titles.local(clip.started_at).hour
            counts[hour] += 1
            newest.setdefault(hour, clip.id)
        return [
            self.folder(
                Footage(self._instance_id, footage.camera_id, footage.day, hour),
                self._titles.counted(self._titles.hour(hour), count),
                thumbnail_of=newest[hour],
            )
            for hour, count in sorted(counts.items(), reverse=True)
        ]

    def _camera(self, camera_id: str | None, name: str, newest_id: str | None) -> BrowseMediaSource:
        return self.folder(Footage(self._instance_id, camera_id), name, thumbnail_of=newest_id)

    def _name_of(self, footage: Footage, recordings: Recordings) -> str:
        """Of a camera, also one that is gone."""
        if footage.camera_id is None:
            return self._titles.all_cameras()
        gone = (self._titles.removed(it.name) for it in recordings.cameras)
        return self.names().get(footage.camera_id) or next(gone, footage.camera_id)

    def _thumbnail(self, clip_id: str) -> str:
        """Signed, for whoever browses."""
        path = thumbnail_path(self._instance_id, clip_id)
        return async_sign_path(self._hass, path, _THUMBNAILS_HOLD)
