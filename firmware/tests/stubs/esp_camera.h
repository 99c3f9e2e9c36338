#pragma once
// Of esp32-camera 2.1: the driver.
#include "sensor.h"
#include <stddef.h>
#include <sys/time.h>

struct camera_fb_t {
  uint8_t *buf;
  size_t len;
  struct timeval timestamp;
};

extern "C" {
sensor_t *esp_camera_sensor_get();
camera_sensor_info_t *esp_camera_sensor_get_info(sensor_id_t *id);
}
