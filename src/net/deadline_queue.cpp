// deadline_queue.cpp
