#pragma once

#include "board.h"
#include "text.h"

#include "esphome/core/preferences.h"
#ifdef USE_GCAM_LAMP
#include "esphome/components/light/light_state.h"
#endif

#include <cstdint>
#include <string_view>

namespace esphome::gcam {

/// What can be set on the board, by the contract's names and ranges; kept over restarts.
class Controls {
 public:
  /// Pictures may be no larger than this: the camera's buffers are made for it.
  void set_largest(uint16_t width, uint16_t height) {
    this->width_ = width;
    this->height_ = height;
  }
  /// Of a board on which it was never set.
  void set_frame_size(const char *name) { this->first_size_ = name; }
#ifdef USE_GCAM_LAMP
  void set_lamp(light::LightState *lamp) { this->lamp_ = lamp; }
#endif

  void begin();
  /// All of the form, or where one is wrong none: then `refusal` says why.
  bool set(std::string_view form, Text &refusal);
  void write(Text &json) const;

 protected:
  struct Kept {
    /// A bit for each value that was ever set.
    uint32_t which;
    int16_t values[24];
  };

  bool read_(std::string_view form, Kept &wanted, int &lamp, Text &refusal) const;
  bool apply_(const Kept &wanted, Text &refusal);
  void keep_(const Kept &wanted);
  void light_(int per_cent);
  int lamp_per_cent_() const;
  int sizes_() const;

  uint16_t width_{1600};
  uint16_t height_{1200};
  const char *first_size_{nullptr};
#ifdef USE_GCAM_LAMP
  light::LightState *lamp_{nullptr};
#endif
  Kept kept_{};
  ESPPreferenceObject memory_;
  int16_t values_[SETTINGS]{};
};

}  // namespace esphome::gcam
