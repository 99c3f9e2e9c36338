#pragma once

namespace esphome::wifi {
class WiFiComponent {
 public:
  void request_roaming_suppression();
  void release_roaming_suppression();
};
extern WiFiComponent *global_wifi_component;
}  // namespace esphome::wifi
