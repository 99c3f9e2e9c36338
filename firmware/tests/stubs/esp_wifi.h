#pragma once
#include <stdint.h>

typedef int esp_err_t;
#define ESP_OK 0
struct wifi_ap_record_t {
  int8_t rssi;
};
extern "C" esp_err_t esp_wifi_sta_get_ap_info(wifi_ap_record_t *access_point);
