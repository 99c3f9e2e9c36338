// The chip. What is said here to Espressif's driver is checked against tests/stubs, as nothing here can be run on a PC.
#ifdef USE_ESP32

#include "board.h"

#include "esphome/components/esp32_camera/esp32_camera.h"
#ifdef USE_WIFI_RUNTIME_ROAMING_SUPPRESSION
#include "esphome/components/wifi/wifi_component.h"
#endif

#include <esp_camera.h>
#include <esp_heap_caps.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <esp_wifi.h>

#include <algorithm>

namespace esphome::gcam::board {

namespace {

/// By the place of the contract's words.
constexpr framesize_t DRIVER_SIZES[SIZES] = {
    FRAMESIZE_QQVGA, FRAMESIZE_QVGA, FRAMESIZE_CIF, FRAMESIZE_HVGA, FRAMESIZE_VGA,
    FRAMESIZE_SVGA,  FRAMESIZE_XGA,  FRAMESIZE_HD,  FRAMESIZE_SXGA, FRAMESIZE_UXGA,
};

/// What the driver returns; a sensor that lacks a setter refuses.
int tell(sensor_t *sensor, int (*set)(sensor_t *, int), int value) { return set == nullptr ? -1 : set(sensor, value); }

int tell_sensor(sensor_t *sensor, Setting setting, int value) {
  switch (setting) {
    case Setting::FRAME_SIZE:
      return sensor->set_framesize(sensor, DRIVER_SIZES[value]);
    case Setting::QUALITY:
      return tell(sensor, sensor->set_quality, value);
    case Setting::MIRROR:
      return tell(sensor, sensor->set_hmirror, value);
    case Setting::FLIP:
      return tell(sensor, sensor->set_vflip, value);
    case Setting::BRIGHTNESS:
      return tell(sensor, sensor->set_brightness, value);
    case Setting::CONTRAST:
      return tell(sensor, sensor->set_contrast, value);
    case Setting::SATURATION:
      return tell(sensor, sensor->set_saturation, value);
    case Setting::EXPOSURE:
      return tell(sensor, sensor->set_exposure_ctrl, value == 0 ? 1 : 0);
    case Setting::EXPOSURE_LEVEL:
      return tell(sensor, sensor->set_ae_level, value);
    case Setting::EXPOSURE_TIME:
      return tell(sensor, sensor->set_aec_value, value);
    case Setting::NIGHT_EXPOSURE:
      return tell(sensor, sensor->set_aec2, value);
    case Setting::GAIN_CEILING:
      return sensor->set_gainceiling(sensor, static_cast<gainceiling_t>(value));
    case Setting::WHITE_BALANCE:
      return tell(sensor, sensor->set_wb_mode, value);
    case Setting::EFFECT:
      return tell(sensor, sensor->set_special_effect, value);
    case Setting::LENS_CORRECTION:
      return tell(sensor, sensor->set_lenc, value);
  }
  return -1;
}

int said_by(const camera_status_t &status, Setting setting) {
  switch (setting) {
    case Setting::FRAME_SIZE:
      return std::find(DRIVER_SIZES, DRIVER_SIZES + SIZES, status.framesize) - DRIVER_SIZES;
    case Setting::QUALITY:
      return status.quality;
    case Setting::MIRROR:
      return status.hmirror;
    case Setting::FLIP:
      return status.vflip;
    case Setting::BRIGHTNESS:
      return status.brightness;
    case Setting::CONTRAST:
      return status.contrast;
    case Setting::SATURATION:
      return status.saturation;
    case Setting::EXPOSURE:
      return status.aec != 0 ? 0 : 1;
    case Setting::EXPOSURE_LEVEL:
      return status.ae_level;
    case Setting::EXPOSURE_TIME:
      return status.aec_value;
    case Setting::NIGHT_EXPOSURE:
      return status.aec2;
    case Setting::GAIN_CEILING:
      return status.gainceiling;
    case Setting::WHITE_BALANCE:
      return status.wb_mode;
    case Setting::EFFECT:
      return status.special_effect;
    case Setting::LENS_CORRECTION:
      return status.lenc;
  }
  return 0;
}

}  // namespace

void begin(Setup & /*setup*/) {}

uint64_t now_us() { return esp_timer_get_time(); }

uint64_t taken_us(camera::CameraImage &image) {
  const camera_fb_t *frame = static_cast<esp32_camera::ESP32CameraImage &>(image).get_raw_buffer();
  const uint64_t taken = frame->timestamp.tv_sec * 1'000'000ULL + frame->timestamp.tv_usec;
  return taken == 0 ? now_us() : std::min(taken, now_us());
}

void set_interval(camera::Camera *camera, uint32_t interval_ms) {
  static_cast<esp32_camera::ESP32Camera *>(camera)->set_max_update_interval(interval_ms);
}

const char *sensor() {
  sensor_t *sensor = esp_camera_sensor_get();
  if (sensor == nullptr)
    return nullptr;
  const camera_sensor_info_t *info = esp_camera_sensor_get_info(&sensor->id);
  return info == nullptr ? nullptr : info->name;
}

bool set(Setting setting, int value) {
  sensor_t *sensor = esp_camera_sensor_get();
  return sensor != nullptr && tell_sensor(sensor, setting, value) == 0;
}

std::optional<int> get(Setting setting) {
  const sensor_t *sensor = esp_camera_sensor_get();
  if (sensor == nullptr)
    return {};
  const int value = said_by(sensor->status, setting);
  return setting == Setting::FRAME_SIZE && value == SIZES ? std::nullopt : std::optional<int>(value);
}

Memory memory() {
  std::optional<uint32_t> psram_free;
  if (heap_caps_get_total_size(MALLOC_CAP_SPIRAM) != 0)
    psram_free = heap_caps_get_free_size(MALLOC_CAP_SPIRAM);
  return {
      static_cast<uint32_t>(heap_caps_get_free_size(MALLOC_CAP_INTERNAL)),
      static_cast<uint32_t>(heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL)),
      psram_free,
  };
}

std::optional<int> rssi_dbm() {
  wifi_ap_record_t access_point;
  if (esp_wifi_sta_get_ap_info(&access_point) != ESP_OK)
    return {};
  return access_point.rssi;
}

const char *reset_reason() {
  switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
      return "power_on";
    case ESP_RST_SW:
      return "software";
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT:
      return "watchdog";
    case ESP_RST_BROWNOUT:
      return "brownout";
    case ESP_RST_PANIC:
      return "panic";
    case ESP_RST_DEEPSLEEP:
      return "deep_sleep";
    case ESP_RST_EXT:
      return "external";
    default:
      return "unknown";
  }
}

void set_streaming([[maybe_unused]] bool is_streaming) {
#ifdef USE_WIFI_RUNTIME_ROAMING_SUPPRESSION
  if (is_streaming) {
    wifi::global_wifi_component->request_roaming_suppression();
  } else {
    wifi::global_wifi_component->release_roaming_suppression();
  }
#endif
}

void prepare(int /*fd*/) {}

}  // namespace esphome::gcam::board

#endif
