#pragma once
#include <esp_camera.h>
#include <stdint.h>

namespace esphome::camera {
class CameraImage {};
class Camera {};
}  // namespace esphome::camera

namespace esphome::esp32_camera {
class ESP32CameraImage : public camera::CameraImage {
 public:
  camera_fb_t *get_raw_buffer();
};
class ESP32Camera : public camera::Camera {
 public:
  void set_max_update_interval(uint32_t interval_ms);
};
}  // namespace esphome::esp32_camera
