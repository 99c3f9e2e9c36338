"""Recordings in Home Assistant's media browser: Gcam, camera, day, clip. `places` describes identifiers."""

from typing import override

from homeassistant.components.media_player import (
    BrowseError,
    BrowseMedia,
    MediaClass,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
    models,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN, LOGGER
from .coordinator import GcamCoordinator
from .errors import translated
from .gcams import async_gcam, async_gcams
from .media.finding import MOST_FOUND, Finder
from .media.places import Everything, Footage, OneClip, OneGcam, Place, parse_place
from .media.shelves import Shelves
from .media.titles import Titles
from .models import Clip
from .views import video_path


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Home Assistant asks for this once."""
    return GcamMediaSource(hass)


class GcamMediaSource(MediaSource):
    """Clips stay where they are; Home Assistant passes them on while they are watched."""

    name = "Gcam"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        clip = _clip_of(item)
        gcam = self._gcam(clip.instance_id, Unresolvable)
        with translated(clip.clip_id, Unresolvable):
            await gcam.client.clip(clip.clip_id)
        return PlayMedia(video_path(clip.instance_id, clip.clip_id), "video/mp4")

    @override
    async def async_get_media_image(self, item: MediaSourceItem) -> models.MediaImage:
        """A clip's strongest picture, for what takes a picture but no video: a mail, an AI task.

        Home Assistant asks for it since 2026.11.
        """
        clip = _clip_of(item)
        gcam = self._gcam(clip.instance_id, Unresolvable)
        with translated(clip.clip_id, Unresolvable):
            return models.MediaImage(await gcam.client.thumbnail(clip.clip_id), "image/jpeg")

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        place = _place_of(item, BrowseError)
        titles = await Titles.load(self._hass)
        if isinstance(place, Everything):
            return await self._everything(titles)
        gcam = self._gcam(place.instance_id, BrowseError)
        shelves = Shelves(self._hass, gcam, titles)
        with translated(gcam.config_entry.title, BrowseError):
            match place:
                case OneGcam():
                    return await shelves.gcam()
                case Footage(day=None):
                    return await shelves.days(place)
                case Footage():
                    return await shelves.clips(place)
                case OneClip(clip_id=clip_id):
                    return shelves.clip(await gcam.client.clip(clip_id), with_day=True)

    @override
    async def async_search_media(self, item: MediaSourceItem, query: SearchMediaQuery) -> SearchMedia:
        place = _place_of(item, BrowseError)
        classes = query.media_filter_classes
        if not query.search_query.split() or (classes and MediaClass.VIDEO not in classes):
            return SearchMedia(result=[])
        titles = await Titles.load(self._hass)
        if isinstance(place, Everything):
            return await self._find_everywhere(titles, query)
        gcam = self._gcam(place.instance_id, BrowseError)
        footage = place if isinstance(place, Footage) else Footage(place.instance_id)
        with translated(gcam.config_entry.title, BrowseError):
            folders, clips = await self._find(gcam, titles, footage, query)
        return SearchMedia(result=[*folders, *(media for _, media in clips)])

    async def _everything(self, titles: Titles) -> BrowseMediaSource:
        """The cameras of the only Gcam, or all Gcams."""
        gcams = async_gcams(self._hass)
        children: list[BrowseMedia] = []
        if len(gcams) == 1:
            with translated(gcams[0].config_entry.title, BrowseError):
                children += (await Shelves(self._hass, gcams[0], titles).gcam()).children or []
        else:
            for gcam in gcams:
                shelves = Shelves(self._hass, gcam, titles)
                children.append(shelves.folder(OneGcam(gcam.data.instance_id), gcam.config_entry.title))
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=None,
            media_class=MediaClass.APP,
            media_content_type="",
            title="Gcam",
            can_play=False,
            can_expand=True,
            can_search=True,
            children=children,
            children_media_class=MediaClass.DIRECTORY,
        )

    async def _find_everywhere(self, titles: Titles, query: SearchMediaQuery) -> SearchMedia:
        """One Gcam that does not answer keeps nobody from what the others have."""
        folders: list[BrowseMediaSource] = []
        clips: list[tuple[Clip, BrowseMediaSource]] = []
        problems: list[HomeAssistantError] = []
        gcams = async_gcams(self._hass)
        for gcam in gcams:
            try:
                with translated(gcam.config_entry.title, BrowseError):
                    found = await self._find(gcam, titles, Footage(gcam.data.instance_id), query)
            except BrowseError as error:
                LOGGER.debug("%s was left out of a search: %s", gcam.config_entry.title, error)
                problems.append(error)
            else:
                folders += found[0]
                clips += found[1]
        if problems and len(problems) == len(gcams):
            raise problems[0]
        clips.sort(key=lambda it: it[0].started_at, reverse=True)
        return SearchMedia(result=[*folders, *(media for _, media in clips[:MOST_FOUND])])

    async def _find(
        self, gcam: GcamCoordinator, titles: Titles, footage: Footage, query: SearchMediaQuery
    ) -> tuple[list[BrowseMediaSource], list[tuple[Clip, BrowseMediaSource]]]:
        """Cameras of that name, where media of no certain class is wanted, and clips."""
        shelves = Shelves(self._hass, gcam, titles)
        names = shelves.names()
        finder = Finder(gcam.client, titles, names, query.search_query)
        wants_cameras = footage.camera_id is None and footage.day is None and not query.media_filter_classes
        folders = [shelves.camera(camera_id) for camera_id in finder.cameras()] if wants_cameras else []
        clips = await finder.clips(footage, self._hass.config.time_zone)
        named = [(clip, names.get(clip.camera_id, clip.camera_name)) for clip in clips]
        return folders, [(clip, shelves.clip(clip, camera=name, with_day=True)) for clip, name in named]

    def _gcam(self, instance_id: str, raised: type[HomeAssistantError]) -> GcamCoordinator:
        gcam = async_gcam(self._hass, instance_id)
        if gcam is None:
            raise raised(translation_domain=DOMAIN, translation_key="gcam_not_running")
        return gcam


def _place_of(item: MediaSourceItem, raised: type[HomeAssistantError]) -> Place:
    try:
        return parse_place(item.identifier or "")
    except ValueError as error:
        raise raised(
            translation_domain=DOMAIN,
            translation_key="unknown_media",
            translation_placeholders={"identifier": item.identifier},
        ) from error


def _clip_of(item: MediaSourceItem) -> OneClip:
    place = _place_of(item, Unresolvable)
    if isinstance(place, OneClip):
        return place
    raise Unresolvable(
        translation_domain=DOMAIN,
        translation_key="not_playable",
        translation_placeholders={"identifier": item.identifier},
    )
