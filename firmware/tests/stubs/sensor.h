#pragma once
// Of esp32-camera 2.1: what a sensor can be told.
#include <stdint.h>

enum framesize_t {
  FRAMESIZE_QQVGA,
  FRAMESIZE_QVGA,
  FRAMESIZE_CIF,
  FRAMESIZE_HVGA,
  FRAMESIZE_VGA,
  FRAMESIZE_SVGA,
  FRAMESIZE_XGA,
  FRAMESIZE_HD,
  FRAMESIZE_SXGA,
  FRAMESIZE_UXGA,
};
enum gainceiling_t { GAINCEILING_2X };

struct camera_sensor_info_t {
  const char *name;
};
struct sensor_id_t {};

struct camera_status_t {
  framesize_t framesize;
  uint8_t quality;
  int8_t brightness, contrast, saturation, ae_level;
  uint16_t aec_value;
  uint8_t special_effect, wb_mode, aec, aec2, gainceiling, lenc, hmirror, vflip;
};

struct sensor_t {
  sensor_id_t id;
  camera_status_t status;
  int (*set_framesize)(sensor_t *, framesize_t);
  int (*set_gainceiling)(sensor_t *, gainceiling_t);
  int (*set_quality)(sensor_t *, int);
  int (*set_brightness)(sensor_t *, int);
  int (*set_contrast)(sensor_t *, int);
  int (*set_saturation)(sensor_t *, int);
  int (*set_exposure_ctrl)(sensor_t *, int);
  int (*set_ae_level)(sensor_t *, int);
  int (*set_aec_value)(sensor_t *, int);
  int (*set_aec2)(sensor_t *, int);
  int (*set_hmirror)(sensor_t *, int);
  int (*set_vflip)(sensor_t *, int);
  int (*set_lenc)(sensor_t *, int);
  int (*set_special_effect)(sensor_t *, int);
  int (*set_wb_mode)(sensor_t *, int);
};
