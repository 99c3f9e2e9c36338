#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace esphome::gcam {

/// Text written into somebody else's memory, never past its end. What does not fit is missing, and `is_whole` says so.
class Text {
 public:
  Text(char *memory, size_t size) : memory_(memory), size_(size) {}
  Text(const Text &) = delete;
  Text &operator=(const Text &) = delete;

  void add(std::string_view text);
  void add(char letter) { this->add(std::string_view(&letter, 1)); }
  void addf(const char *format, ...) __attribute__((format(printf, 2, 3)));
  /// With quotes around it, as JSON has them.
  void add_json(std::string_view text);
  /// What somebody sent, for a sentence: nothing but visible ASCII.
  void add_said(std::string_view text);

  std::string_view view() const { return {this->memory_, this->length_}; }
  bool is_whole() const { return this->is_whole_; }

 protected:
  char *memory_;
  size_t size_;
  size_t length_{0};
  bool is_whole_{true};
};

/// Text with its memory.
template<size_t SIZE> class TextOf : public Text {
 public:
  TextOf() : Text(this->own_, SIZE) {}

 protected:
  char own_[SIZE];
};

}  // namespace esphome::gcam
