"""How it runs on one machine: beside Rasa, as a demo, looked over by the doctor, copied and put back."""
