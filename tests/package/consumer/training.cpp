#include <cstdio>

#include <faceptor/train/schedule.hpp>

int main() {
  const double rate = faceptor::train::rate_after(faceptor::train::Schedule::published(), 2000);
  std::printf("%g\n", rate);
  return rate == 5e-5 ? 0 : 1;
}
