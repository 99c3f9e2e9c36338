#pragma once

#include <cstdint>

namespace esphome::gcam {

/// How often somebody is sent a picture.
class Pace {
 public:
  /// 0: as many as there are.
  void set(uint32_t interval_us) {
    this->interval_us_ = interval_us;
    this->due_us_ = 0;
  }
  uint32_t interval_us() const { return this->interval_us_; }
  bool is_due(uint64_t now_us) const { return now_us >= this->due_us_; }
  void sent(uint64_t now_us) {
    // Who fell behind is not sent a burst; the first is sent whenever it comes.
    const bool is_behind = this->due_us_ + this->interval_us_ < now_us;
    this->due_us_ = (is_behind ? now_us : this->due_us_) + this->interval_us_;
  }

 protected:
  uint32_t interval_us_{0};
  uint64_t due_us_{0};
};

}  // namespace esphome::gcam
